import { html } from 'hono/html';
import type { Language } from '../../contracts/index.ts';

/** The API's reference, drawn by RapiDoc from `/openapi.json`. */
export function docsPage(language: Language) {
  return html`<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Errand API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/assets/docs.css">
    <script type="module" src="/assets/rapidoc.js"></script>
  </head>
  <body>
    <rapi-doc
      spec-url="/openapi.json"
      render-style="read"
      theme="light"
      load-fonts="false"
      regular-font="system-ui, sans-serif"
      mono-font="ui-monospace, monospace"
      primary-color="#1d5fbf"
      show-header="false"
      allow-spec-url-load="false"
      allow-spec-file-load="false"
      allow-server-selection="false"
      persist-auth="false"
      schema-description-expanded="true"
    ></rapi-doc>
  </body>
</html>`;
}
