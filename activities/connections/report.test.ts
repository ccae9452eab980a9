import { Context } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import type { ConnectionState } from '../../contracts/connection.ts';
import { ConnectionReport } from './report.ts';

const start = Date.parse('2026-11-23T10:00:00.000Z');

/** Failures of attempts one after the other, each of which knows what the one before it left. */
class Attempts {
  now = start;
  details: unknown;
  private count = 0;

  /** One that was connected for so many milliseconds, or never. */
  async after(connectedMs: number | undefined, end: (report: ConnectionReport) => Error): Promise<Error> {
    this.count += 1;
    const environment = new MockActivityEnvironment({
      attempt: this.count,
      heartbeatDetails: this.details,
    });
    environment.on('heartbeat', (details: unknown) => {
      this.details = details;
    });
    return environment.run(async () => {
      const report = new ConnectionReport(Context.current(), 1, () => this.now);
      if (connectedMs !== undefined) {
        report.connected();
        this.now += connectedMs;
      }
      return end(report);
    });
  }
}

const lost = (report: ConnectionReport) => report.lost('away');

describe('a connection that is lost', () => {
  it('is tried again after waits that double up to half a minute', async () => {
    const attempts = new Attempts();
    const waits: unknown[] = [];
    for (let count = 0; count < 7; count += 1) waits.push(await attempts.after(undefined, lost));
    expect(waits).toMatchObject(
      [1, 2, 4, 8, 16, 30, 30].map((seconds) => ({
        type: 'ConnectionLost',
        nonRetryable: false,
        nextRetryDelay: seconds * 1_000,
      })),
    );
  });

  it('is tried again after a second when it had lasted a minute', async () => {
    const attempts = new Attempts();
    for (let count = 0; count < 4; count += 1) await attempts.after(undefined, lost);
    expect(await attempts.after(59_999, lost)).toMatchObject({ nextRetryDelay: 16_000 });
    expect(await attempts.after(60_000, lost)).toMatchObject({ nextRetryDelay: 1_000 });
    expect(await attempts.after(undefined, lost)).toMatchObject({ nextRetryDelay: 2_000 });
  });

  it('waits longer when the platform asks for it, but not for ever', async () => {
    const attempts = new Attempts();
    expect(await attempts.after(undefined, (report) => report.lost('busy', 45_000))).toMatchObject({
      nextRetryDelay: 45_000,
    });
    expect(await attempts.after(undefined, (report) => report.lost('busy', 9e9))).toMatchObject({
      nextRetryDelay: 300_000,
    });
  });

  it('says since when there is none, and counts messages over all attempts', async () => {
    const attempts = new Attempts();
    const busy = (report: ConnectionReport) => {
      report.taken();
      report.taken();
      return report.lost('away');
    };
    await attempts.after(5_000, busy);
    await attempts.after(5_000, busy);
    const left: Partial<ConnectionState> = { received: 4, connectedSince: null, failures: 2, attempt: 2 };
    expect(attempts.details).toMatchObject(left);
  });
});

describe('an account that a worker does not know', () => {
  const absent = (report: ConnectionReport) => report.absent('line');

  it('is gone when ten workers in a row do not, and not before', async () => {
    const attempts = new Attempts();
    for (let count = 0; count < 9; count += 1) {
      expect(await attempts.after(undefined, absent)).toMatchObject({
        type: 'AccountGone',
        nonRetryable: false,
      });
    }
    expect(await attempts.after(undefined, absent)).toMatchObject({ nonRetryable: true });
  });

  it('is not gone as long as one does', async () => {
    const attempts = new Attempts();
    for (let count = 0; count < 9; count += 1) await attempts.after(undefined, absent);
    await attempts.after(undefined, lost);
    expect(await attempts.after(undefined, absent)).toMatchObject({ nonRetryable: false });
  });
});
