/** Signs in and out, and keeps the books and the newest runs up to date while the page is looked at. */

const everyMs = 3_000;
const texts = JSON.parse(document.body.dataset.texts ?? '{}');
const notice = document.querySelector('#notice');
const form = document.querySelector('#sign-in');
const token = document.querySelector('#token');
const times = new Intl.DateTimeFormat(document.documentElement.lang, {
  dateStyle: 'short',
  timeStyle: 'medium',
});
let timer;

function show(signedIn) {
  for (const element of document.querySelectorAll('[data-signed-in]')) element.hidden = !signedIn;
  for (const element of document.querySelectorAll('[data-signed-out]')) element.hidden = signedIn;
  if (!signedIn) token.focus();
}

async function get(path) {
  const response = await fetch(path, { headers: { accept: 'application/json' } });
  if (response.status === 401) return null;
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

function cell(text, className = '') {
  const element = document.createElement('td');
  element.textContent = text;
  element.className = className;
  return element;
}

function showLedger(ledger) {
  for (const element of document.querySelectorAll('[data-figure]')) {
    element.textContent = String(ledger[element.dataset.figure]);
  }
  const missing = document.querySelector('#missing');
  missing.hidden = ledger.missing.length === 0;
  missing.querySelector('output').textContent = ledger.missing.map(({ messageId }) => messageId).join(', ');
}

function showRuns(runs) {
  document.querySelector('#no-runs').hidden = runs.length > 0;
  document.querySelector('#runs').hidden = runs.length === 0;
  document.querySelector('#runs tbody').replaceChildren(
    ...runs.map((run) => {
      const row = document.createElement('tr');
      row.append(
        cell(times.format(new Date(run.startedAt))),
        cell(texts[run.status], `status ${run.status}`),
        cell(run.text, 'words'),
        cell(run.answer ?? run.error?.userMessage ?? '', 'words'),
        cell([run.account, run.conversation].filter(Boolean).join(' · ') || (run.flow?.id ?? '')),
      );
      return row;
    }),
  );
}

async function refresh() {
  clearTimeout(timer);
  try {
    const page = await get('/api/v1/runs?limit=20');
    show(page !== null);
    if (page === null) return;
    showRuns(page.runs);
    showLedger(await get('/api/v1/ledger'));
    notice.textContent = '';
  } catch {
    notice.textContent = texts.offline;
  }
  if (!document.hidden) timer = setTimeout(refresh, everyMs);
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const response = await fetch('/api/v1/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: token.value.trim() }),
  });
  token.value = '';
  if (response.ok) await refresh();
  else notice.textContent = { 401: texts.wrongToken, 429: texts.tooMany }[response.status] ?? texts.offline;
});

document.querySelector('#sign-out').addEventListener('click', async () => {
  await fetch('/api/v1/session', { method: 'DELETE' });
  await refresh();
});

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void refresh();
});

void refresh();
