/**
 * Threads: what was said in the chats that Errand itself shows, in the console and on other sites. One object per
 * conversation, so that any process can say something and any other can show it.
 */
export { createThreadStore, type ThreadStore } from './thread-store.ts';
