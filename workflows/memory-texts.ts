import type { Language } from '../contracts/errors.ts';
import type { Note } from '../contracts/memory.ts';
import { brief } from './brief.ts';
import { lengthOf, noteLimits, type Remembered } from './notes.ts';

/** How many notes one answer lists, and how much of each. */
const listed = 50;
const shown = 80;

export function rememberedText(result: Remembered, { id, text }: Note, language: Language): string {
  const zh = language === 'zh';
  switch (result) {
    case 'remembered':
      return zh
        ? `已记住（编号 ${id}）。发送 /忘记 ${id} 可删除。`
        : `Noted (${id}). /forget ${id} removes it.`;
    case 'empty':
      return zh ? '要记住什么？用法：/记住 <内容>' : 'What shall I remember? /remember <text>';
    case 'tooLong':
      return zh
        ? `内容过长：共 ${lengthOf(text)} 字，每条备忘最多 ${noteLimits.characters} 字。`
        : `That is too long: ${lengthOf(text)} characters, where a note has at most ${noteLimits.characters}.`;
    case 'full':
      return zh
        ? `备忘已满 ${noteLimits.notes} 条。发送 /记忆 查看，用 /忘记 <编号> 删除不再需要的。`
        : `There are ${noteLimits.notes} notes already. /memory lists them, /forget <id> makes room.`;
  }
}

export function forgottenText(note: Note | undefined, wanted: string, language: Language): string {
  const zh = language === 'zh';
  if (note) return zh ? `已忘记：“${brief(note.text)}”` : `Forgotten: “${brief(note.text)}”`;
  if (wanted === '')
    return zh ? '要忘记哪一条？用法：/忘记 <编号>' : 'Which one shall I forget? /forget <id>';
  return zh
    ? `没有编号为 ${wanted} 的备忘，发送 /记忆 可查看全部。`
    : `There is no note ${wanted}. /memory lists them.`;
}

/** What a conversation remembers; `word` picks the notes that contain it. */
export function memoryText(turns: number, notes: readonly Note[], word: string, language: Language): string {
  const found = notes.filter(({ text }) => text.toLowerCase().includes(word.toLowerCase()));
  const lines = found.slice(-listed).map(({ id, text }) => `${id}  ${brief(text, shown)}`);
  const more = found.length - lines.length;
  const zh = language === 'zh';
  if (more > 0) lines.unshift(zh ? `（另有 ${more} 条更早的）` : `(${more} older ones are not shown)`);
  return [
    zh ? chineseSummary(turns, notes, found, word) : englishSummary(turns, notes, found, word),
    ...lines,
  ].join('\n');
}

function englishSummary(turns: number, notes: readonly Note[], found: readonly Note[], word: string): string {
  if (word !== '') return `${plural(found.length, 'note')} of ${notes.length} with “${brief(word)}”.`;
  const talk =
    turns === 0
      ? 'Nothing was said here yet'
      : `I have the last ${plural(turns, 'message')} of this conversation at hand`;
  if (notes.length > 0) return `${talk}, and ${plural(notes.length, 'note')}:`;
  return `${talk}. There are no notes; /remember <text> adds one.`;
}

function chineseSummary(turns: number, notes: readonly Note[], found: readonly Note[], word: string): string {
  if (word !== '') return `共 ${notes.length} 条备忘，其中 ${found.length} 条包含“${brief(word)}”。`;
  const talk = turns === 0 ? '本会话还没有对话' : `我记得本会话最近的 ${turns} 条消息`;
  return notes.length > 0
    ? `${talk}，另有备忘 ${notes.length} 条：`
    : `${talk}，还没有备忘。发送 /记住 <内容> 可添加。`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
