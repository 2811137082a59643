/** Texts and forms being typed, kept on the device: survive a reload and a power cut. */
export declare class Drafts {
  load<T>(name: string): Promise<T | undefined>;
  /** Coalesced: call it on every keystroke. */
  save<T>(name: string, value: T): void;
  clear(name: string): Promise<void>;
}
