// Shows the chat in a corner of another site's page:
// <script src="https://errand.example/embed.js" data-account="web" async></script>
const script = document.currentScript;
const home = new URL(script.src).origin;
const language = script.dataset.lang ?? document.documentElement.lang ?? '';
const page = `${home}/embed/${encodeURIComponent(script.dataset.account)}?lang=${encodeURIComponent(language)}`;
const isChinese = /^zh\b/i.test(language || navigator.language);

const corner = 'position:fixed;right:1rem;z-index:2147483000;';
const button = document.createElement('button');
button.type = 'button';
button.textContent = '💬';
button.setAttribute('aria-label', isChinese ? '打开对话' : 'Open the chat');
button.setAttribute('aria-expanded', 'false');
button.style.cssText = `${corner}bottom:1rem;width:3.25rem;height:3.25rem;border:0;border-radius:50%;font-size:1.5rem;cursor:pointer;background:#1f5eff;box-shadow:0 4px 16px #0004`;

let frame;
button.addEventListener('click', () => {
  if (!frame) {
    frame = document.createElement('iframe');
    frame.src = page;
    frame.title = isChinese ? '对话' : 'Chat';
    frame.style.cssText = `${corner}bottom:5rem;width:min(24rem,calc(100vw - 2rem));height:min(36rem,calc(100vh - 7rem));border:0;border-radius:.75rem;background:#fff;box-shadow:0 8px 32px #0004`;
    frame.hidden = true;
    document.body.append(frame);
  }
  frame.hidden = !frame.hidden;
  frame.style.display = frame.hidden ? 'none' : 'block';
  button.setAttribute('aria-expanded', String(!frame.hidden));
});
document.body.append(button);
