const { account, texts: textsJson } = document.body.dataset;
const texts = JSON.parse(textsJson);
const base = `/embed/${encodeURIComponent(account)}`;
const storageKey = `errand-visitor-${account}`;
const thread = document.getElementById('thread');
const empty = document.getElementById('empty');
const notice = document.getElementById('notice');
const form = document.getElementById('form');
const input = document.getElementById('text');

let token = stored();
let last = 0;
/** Of what is being written: kept until it is taken, so that sending it again says it once. */
let messageId = crypto.randomUUID();

function stored() {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null; // The browser keeps nothing for frames: the visit lasts as long as the page.
  }
}

async function begin() {
  const response = await fetch(`${base}/visitors`, { method: 'POST' });
  if (!response.ok) throw response;
  ({ token } = await response.json());
  try {
    localStorage.setItem(storageKey, token);
  } catch {
    // As above.
  }
}

async function call(path, init = {}) {
  if (!token) await begin();
  const response = await fetch(base + path, {
    ...init,
    headers: { ...init.headers, authorization: `Bearer ${token}` },
  });
  if (response.status !== 401) return response;
  token = null;
  last = 0;
  return call(path, init);
}

function show({ id, from, text, type, approval }) {
  empty.hidden = true;
  const old = document.getElementById(`e-${id}`);
  const item = old ?? document.createElement('article');
  item.id = `e-${id}`;
  item.className = `${from} ${type ?? ''}`;
  const words = document.createElement('p');
  words.textContent = text;
  item.replaceChildren(words);
  if (approval) item.append(...['approve', 'deny'].map((decision) => decisionButton(decision, approval.id)));
  if (!old) thread.append(item);
  item.scrollIntoView({ block: 'end' });
}

function decisionButton(decision, id) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = texts[decision];
  button.addEventListener('click', () => send(`/${decision} ${id}`, crypto.randomUUID()));
  return button;
}

async function send(text, id) {
  const response = await call('/messages', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id, text }),
  }).catch(() => undefined);
  notice.textContent = response?.ok ? '' : response?.status === 429 ? texts.tooMany : texts.notSent;
  return response?.ok === true;
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const text = input.value.trim();
  if (!text) return;
  const button = form.querySelector('button');
  button.disabled = true;
  if (await send(text, messageId)) {
    input.value = '';
    messageId = crypto.randomUUID();
  }
  button.disabled = false;
  input.focus();
});

input.addEventListener('keydown', (event) => {
  // Enter ends the composition of an input method; it does not send.
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  form.requestSubmit();
});

/** Server-sent events by fetch: an EventSource cannot say who it is. */
async function follow() {
  const response = await call(`/events?after=${last}`);
  if (!response.ok) throw response;
  notice.textContent = '';
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let buffer = ''; ; ) {
    const { done, value } = await reader.read();
    if (done) return;
    buffer += value;
    const events = buffer.split('\n\n');
    buffer = events.pop();
    for (const event of events) {
      const data = event.split('\n').filter((line) => line.startsWith('data: '));
      if (data.length === 0) continue;
      const entry = JSON.parse(data.map((line) => line.slice(6)).join('\n'));
      last = entry.seq;
      show(entry);
    }
  }
}

for (let pause = 1_000; ; ) {
  const started = Date.now();
  await follow().catch(() => {
    notice.textContent = texts.offline;
  });
  pause = Date.now() - started > 10_000 ? 1_000 : Math.min(pause * 2, 30_000);
  await new Promise((resolve) => setTimeout(resolve, pause));
}
