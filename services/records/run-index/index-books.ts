import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import type { Books } from '../books.ts';
import { quoted } from './database.ts';
import { fileName } from './ingest.ts';
import { hashOf, ingestAccepted } from './schema.ts';

/** What the index has taken over from the books. */
export interface AppliedBooks {
  sequence: number;
  through: number;
}

export async function appliedBooks(connection: DuckDBConnection): Promise<AppliedBooks> {
  const result = await connection.runAndReadAll('SELECT sequence::DOUBLE AS sequence, through FROM books');
  const [row] = z
    .array(z.object({ sequence: z.number(), through: z.number() }))
    .parse(result.getRowObjects());
  return row ?? { sequence: 0, through: 0 };
}

/** Forgets the hours that were dropped and takes over what is carried of them. `folder`: for files on the way. */
export async function applyBooks(connection: DuckDBConnection, books: Books, folder: string): Promise<void> {
  const { accepted, answered, failed, cancelled } = books.totals;
  await connection.run(`
    DELETE FROM runs WHERE hour <= ${books.through};
    DELETE FROM accepted WHERE hour <= ${books.through};
    DELETE FROM open_entries WHERE hour <= ${books.through};
    DELETE FROM unaccepted WHERE hour <= ${books.through};
    DELETE FROM settled; DELETE FROM carried_ended; DELETE FROM books;
    INSERT INTO books VALUES (${books.sequence}, ${books.through}, ${accepted}, ${answered}, ${failed}, ${cancelled});`);
  for (const { hour, ids } of books.settled) {
    const file = join(folder, `${hour}.txt`);
    await writeFile(file, `${ids.join('\n')}\n`);
    await connection.run(
      `INSERT INTO settled SELECT ${hashOf('id')} FROM read_csv(${quoted(file)}, columns = {id: 'VARCHAR'}, auto_detect = false, header = false)`,
    );
  }
  const appender = await connection.createAppender('carried_ended');
  for (const { runId, account, messageId, outcome } of books.ended.values()) {
    appender.appendNull();
    for (const value of [runId, account, messageId, outcome]) appender.appendVarchar(value);
    appender.endRow();
  }
  appender.closeSync();
  await connection.run(`UPDATE carried_ended SET h = ${hashOf('id')}`);
  const file = join(folder, fileName(0, 0, 0));
  await writeFile(file, [...books.accepted.values()].map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  await connection.run(ingestAccepted(`[${quoted(file)}]`));
  await connection.run(`
    INSERT INTO unaccepted SELECT h, id, account, message_id, status, 0, 0 FROM carried_ended c
      WHERE NOT EXISTS (SELECT 1 FROM accepted a WHERE a.h = c.h);`);
}
