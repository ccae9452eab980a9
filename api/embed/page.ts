import { html } from 'hono/html';
import type { Language } from '../../contracts/index.ts';
import { embedTexts } from './texts.ts';

/** The chat as other sites show it in a frame. What happens on it is in `assets/chat.js`. */
export function embedPage(account: string, language: Language) {
  const texts = embedTexts[language];
  return html`<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${texts.title}</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/embed/assets/chat.css">
    <script type="module" src="/embed/assets/chat.js"></script>
  </head>
  <body data-account="${account}" data-texts="${JSON.stringify(texts)}">
    <main id="thread" role="log" aria-live="polite"><p id="empty">${texts.empty}</p></main>
    <p id="notice" role="status"></p>
    <form id="form">
      <label for="text">${texts.label}</label>
      <textarea id="text" rows="1" maxlength="32000" placeholder="${texts.hint}" required></textarea>
      <button type="submit">${texts.send}</button>
    </form>
  </body>
</html>`;
}
