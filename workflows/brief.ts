/** The beginning of a text on one line, in characters as people count them. */
export function brief(text: string, characters = 40): string {
  const [...all] = text.replaceAll(/\s+/g, ' ').trim();
  return all.length > characters ? `${all.slice(0, characters - 1).join('')}…` : all.join('');
}
