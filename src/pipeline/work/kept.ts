// What a worker keeps open from one job to the next: opening a run takes longer than many a job.

interface Held {
  readonly key: string;
  readonly value: Promise<unknown>;
  readonly dispose: (value: never) => Promise<void>;
}

/** One thing of each sort: another key lets go of the one before. */
export class Kept {
  private readonly held = new Map<string, Held>();

  /** The open thing of this sort and key, opened now unless it is. */
  async get<T>(
    sort: string,
    key: string,
    open: () => Promise<T>,
    dispose: (value: T) => Promise<void> = async () => {},
  ): Promise<T> {
    const known = this.held.get(sort);
    if (known?.key === key) return (await known.value) as T;
    await this.letGo(sort);
    const value = open();
    this.held.set(sort, { key, value, dispose });
    try {
      return await value;
    } catch (error) {
      this.held.delete(sort);
      throw error;
    }
  }

  async dispose(): Promise<void> {
    for (const sort of [...this.held.keys()]) await this.letGo(sort);
  }

  private async letGo(sort: string): Promise<void> {
    const known = this.held.get(sort);
    if (known === undefined) return;
    this.held.delete(sort);
    await known.dispose((await known.value) as never);
  }
}
