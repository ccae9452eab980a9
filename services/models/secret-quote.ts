/** Fewer characters of a secret at the end of a text are chance. */
const tellingCharacters = 6;

/** Whether a text holds a secret, or was cut in the middle of one. */
export function quotes(text: string, secret: string): boolean {
  if (text.includes(secret)) return true;
  for (let length = secret.length - 1; length >= tellingCharacters; length -= 1) {
    if (text.endsWith(secret.slice(0, length))) return true;
  }
  return false;
}
