/** The Temporal server that a process works with: its own, or somebody else's. */
export interface TemporalServer {
  address: string;
  /** Its Web UI; undefined when it is not ours to show. */
  uiUrl?: string;
  healthy(): boolean;
  guardDisk(): Promise<{ usedFraction: number; retentionHours: number }>;
  stop(): Promise<void>;
}
