const extended = /filename\*=UTF-8''([^;\s]+)/i;
const plain = /filename="?([^";]+)"?/i;

/** The name in a `content-disposition`, without any folders; undefined when there is none. */
export function fileNameOf(disposition: string | undefined): string | undefined {
  const coded = extended.exec(disposition ?? '')?.[1] ?? plain.exec(disposition ?? '')?.[1];
  return coded === undefined ? undefined : decoded(coded).split(/[/\\]/).at(-1)?.slice(0, 256) || undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
