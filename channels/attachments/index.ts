/**
 * What people send with their messages: fetched from the platform before a flow sees it, into the object store, where
 * it stays for a month. Its bytes decide what it is, not what the platform calls it.
 */
export { type AttachmentDependencies, fetchAll } from './fetch-all.ts';
export { readAttachment, readAttachments } from './stored.ts';
