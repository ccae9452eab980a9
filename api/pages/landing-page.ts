import { html } from 'hono/html';
import type { Language } from '../../contracts/index.ts';
import { landingTexts } from './landing-texts.ts';

/** Where a person signs in, and sees the books and the newest runs. What changes on it is in `assets/landing.js`. */
export function landingPage(language: Language, hasTemporalUi: boolean) {
  const texts = landingTexts[language];
  const figures = Object.entries(texts.figures).map(
    ([name, label]) => html`<div><dt>${label}</dt><dd data-figure="${name}">–</dd></div>`,
  );
  return html`<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Errand</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/assets/landing.css">
    <script type="module" src="/assets/landing.js"></script>
  </head>
  <body data-texts="${JSON.stringify({ ...texts.figures, wrongToken: texts.wrongToken, tooMany: texts.tooMany, offline: texts.offline })}">
    <header>
      <h1>Errand</h1>
      <p>${texts.tagline}</p>
      <nav>
        <a href="/docs">${texts.links.docs}</a>
        ${hasTemporalUi ? html`<a href="/temporal/" data-signed-in hidden>${texts.links.temporal}</a>` : ''}
        <button type="button" id="sign-out" data-signed-in hidden>${texts.signOut}</button>
      </nav>
    </header>
    <main>
      <p id="notice" role="status"></p>
      <form id="sign-in" data-signed-out hidden>
        <input type="text" autocomplete="username" value="admin" hidden>
        <label for="token">${texts.token}</label>
        <input id="token" type="password" autocomplete="current-password" required maxlength="1000">
        <button type="submit">${texts.signIn}</button>
        <p>${texts.tokenHint} <code>npm run errand -- token</code></p>
      </form>
      <section data-signed-in hidden>
        <h2>${texts.ledger}</h2>
        <dl>${figures}</dl>
        <p id="missing" hidden>${texts.missing} <output></output></p>
      </section>
      <section data-signed-in hidden>
        <h2>${texts.runs}</h2>
        <p id="no-runs" hidden>${texts.noRuns} <code>npm run errand -- send "…"</code></p>
        <table id="runs" hidden>
          <thead>
            <tr>
              <th>${texts.columns.started}</th>
              <th>${texts.columns.status}</th>
              <th>${texts.columns.order}</th>
              <th>${texts.columns.answer}</th>
              <th>${texts.columns.where}</th>
            </tr>
          </thead>
          <tbody></tbody>
        </table>
      </section>
    </main>
  </body>
</html>`;
}
