import { open } from 'node:fs/promises';

/** A secret is a line, at most a key file. */
const maximumBytes = 64_000;

/** The text of a secret's file without the line break editors leave at its end. Throws an error fit to be shown. */
export async function readSecretFile(path: string): Promise<string> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`the file cannot be read (${error.code})`);
  });
  try {
    const buffer = Buffer.alloc(maximumBytes + 1);
    const { bytesRead } = await file
      .read(buffer, 0, buffer.length, 0)
      .catch((error: NodeJS.ErrnoException) => {
        throw new Error(`the file cannot be read (${error.code})`);
      });
    if (bytesRead > maximumBytes) throw new Error(`the file is larger than ${maximumBytes} bytes`);
    return buffer.toString('utf8', 0, bytesRead).replace(/\r?\n$/, '');
  } finally {
    await file.close();
  }
}
