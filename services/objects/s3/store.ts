import { randomUUID } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { ObjectStoreUnavailable, ObjectTooLarge, PreconditionFailed } from '../errors.ts';
import { checkKey, checkPrefix } from '../keys.ts';
import {
  defaultMaxBytes,
  type ObjectEntry,
  type ObjectStore,
  type StoredObject,
  type WriteCondition,
} from '../object-store.ts';
import {
  type Attempt,
  type AttemptLimits,
  attempt,
  defaultLimits,
  isAbsent,
  statusOf,
  unavailable,
} from './attempts.ts';
import type { S3Location } from './location.ts';

/** Name of the write that made an object, in its metadata: tells our own write from a rival's after a lost answer. */
const writeIdKey = 'write-id';

export interface S3StoreOptions {
  limits?: AttemptLimits;
  /** Keys asked for at a time when listing; S3 gives at most 1,000. */
  pageSize?: number;
}

/** A store in a bucket of any S3 server with conditional writes. Closes the client when it is closed. */
export function createS3Store(
  client: S3Client,
  location: S3Location,
  options: S3StoreOptions = {},
): ObjectStore {
  return new S3Store(client, location, options);
}

class S3Store implements ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #limits: AttemptLimits;
  readonly #pageSize: number;

  constructor(client: S3Client, { bucket, prefix }: S3Location, options: S3StoreOptions) {
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#limits = options.limits ?? defaultLimits;
    this.#pageSize = options.pageSize ?? 1_000;
  }

  async get(key: string, options: { maxBytes?: number } = {}): Promise<StoredObject | null> {
    const maxBytes = options.maxBytes ?? defaultMaxBytes;
    const target = this.#target(key);
    try {
      return await this.#attempt('GetObject', async ({ signal, allow }) => {
        const answer = await this.#client.send(new GetObjectCommand(target), { abortSignal: signal });
        const size = answer.ContentLength;
        if (!answer.Body || size === undefined) throw new Error('an answer without a length');
        if (size > maxBytes) {
          answer.Body.transformToWebStream()
            .cancel()
            .catch(() => {});
          throw new ObjectTooLarge(key, size, maxBytes);
        }
        allow(size);
        return { body: await answer.Body.transformToByteArray(), etag: unquoted(answer.ETag) };
      });
    } catch (error) {
      if (isAbsent(error)) return null;
      throw known(error) ? error : unavailable('GetObject', error);
    }
  }

  async put(key: string, body: Uint8Array, condition: WriteCondition = {}): Promise<{ etag: string }> {
    const target = this.#target(key);
    const writeId = randomUUID();
    try {
      return await this.#attempt('PutObject', async (current) => {
        current.allow(body.byteLength);
        try {
          const answer = await this.#client.send(
            new PutObjectCommand({
              ...target,
              Body: body,
              ContentLength: body.byteLength,
              Metadata: { [writeIdKey]: writeId },
              ...(condition.ifMatch === undefined ? {} : { IfMatch: `"${condition.ifMatch}"` }),
              ...(condition.ifNoneMatch === undefined ? {} : { IfNoneMatch: condition.ifNoneMatch }),
            }),
            { abortSignal: current.signal },
          );
          return { etag: unquoted(answer.ETag) };
        } catch (error) {
          if (!isRefusedCondition(error, condition)) throw error;
          if (!current.uncertain) throw new PreconditionFailed(key);
          const won = await this.#madeBy(target, writeId, current);
          if (won) return won;
          // To a creator it is the same whether a rival was first or wrote over ours: there is an object.
          if (condition.ifMatch === undefined) throw new PreconditionFailed(key);
          throw new ObjectStoreUnavailable(`S3 PutObject: whether ${key} was written is unknown`);
        }
      });
    } catch (error) {
      throw known(error) ? error : unavailable('PutObject', error);
    }
  }

  async delete(key: string): Promise<void> {
    const target = this.#target(key);
    try {
      await this.#attempt('DeleteObject', ({ signal }) =>
        this.#client.send(new DeleteObjectCommand(target), { abortSignal: signal }),
      );
    } catch (error) {
      if (isAbsent(error)) return;
      throw known(error) ? error : unavailable('DeleteObject', error);
    }
  }

  async *list(prefix: string, options: { startAfter?: string } = {}): AsyncGenerator<ObjectEntry> {
    checkPrefix(prefix);
    const query = {
      Bucket: this.#bucket,
      Prefix: this.#prefix + prefix,
      MaxKeys: this.#pageSize,
      ...(options.startAfter ? { StartAfter: this.#prefix + options.startAfter } : {}),
    };
    for (let next: string | undefined, more = true; more; more = next !== undefined) {
      const page = await this.#page({ ...query, ...(next === undefined ? {} : { ContinuationToken: next }) });
      for (const { Key, Size, LastModified } of page.Contents ?? []) {
        if (Key === undefined || Size === undefined || LastModified === undefined) continue;
        // Some consoles and servers show a folder as an empty object.
        if (Key.endsWith('/')) continue;
        yield { key: Key.slice(this.#prefix.length), size: Size, modifiedAt: LastModified };
      }
      next = page.IsTruncated ? page.NextContinuationToken : undefined;
    }
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  async #page(query: ListObjectsV2CommandInput) {
    try {
      return await this.#attempt('ListObjectsV2', ({ signal }) =>
        this.#client.send(new ListObjectsV2Command(query), { abortSignal: signal }),
      );
    } catch (error) {
      throw known(error) ? error : unavailable('ListObjectsV2', error);
    }
  }

  /** The etag of what is there, when it was this very write that made it. */
  async #madeBy(target: { Bucket: string; Key: string }, writeId: string, { signal }: Attempt) {
    const found = await this.#client.send(new HeadObjectCommand(target), { abortSignal: signal });
    return found.Metadata?.[writeIdKey] === writeId ? { etag: unquoted(found.ETag) } : undefined;
  }

  #attempt<T>(operation: string, request: (attempt: Attempt) => Promise<T>): Promise<T> {
    return attempt(operation, request, this.#limits);
  }

  #target(key: string): { Bucket: string; Key: string } {
    checkKey(key);
    return { Bucket: this.#bucket, Key: this.#prefix + key };
  }
}

function isRefusedCondition(error: unknown, { ifMatch }: WriteCondition): boolean {
  return statusOf(error) === 412 || (ifMatch !== undefined && isAbsent(error));
}

function known(error: unknown): boolean {
  return (
    error instanceof PreconditionFailed ||
    error instanceof ObjectTooLarge ||
    error instanceof ObjectStoreUnavailable
  );
}

function unquoted(etag: string | undefined): string {
  return (etag ?? '').replaceAll('"', '');
}
