/**
 * A part of the camera's picture that somebody asks to see sharper. The request is a lease: it is repeated while it
 * holds, so that a lost message or a page that is gone leaves no cropped picture behind. Pure.
 */

/** The middle of the part, in shares of the whole picture from 0 to 1. */
export interface Region {
  readonly x: number;
  readonly y: number;
}

/** The side of the part, as a share of the whole. Half of 640x480 is shown with each of the camera's own pixels. */
export const PART = 0.5;

/** The rectangle of a picture of `width` and `height` that shows the region, or all of it. */
export function cropOf(width: number, height: number, region: Region | null): { x: number; y: number; width: number; height: number } {
  if (!region) return { x: 0, y: 0, width, height };
  const [wide, high] = [width * PART, height * PART];
  return { x: within(region.x) * width - wide / 2, y: within(region.y) * height - high / 2, width: wide, height: high };
}

/** The region whose middle stands at `at` of what is shown now: the whole, or a part. */
export function regionAt(at: Region, shown: Region | null): Region {
  const place = (share: number, middle: number) => within(shown ? within(middle) + (share - 0.5) * PART : share);
  return { x: place(at.x, shown?.x ?? 0), y: place(at.y, shown?.y ?? 0) };
}

/** True if both show the same, as exactly as the wire tells. */
export const isSame = (one: Region | null, other: Region | null): boolean =>
  one && other ? Math.abs(one.x - other.x) < 0.01 && Math.abs(one.y - other.y) < 0.01 : one === other;

/** One member's wish to see a part of another's picture. */
export class RegionWish {
  #wanted: Region | null = null;
  #told: Region | null = null;
  #askAt = Infinity;

  /** Wishes for a part, or for the whole again. */
  want(region: Region | null, now: number): void {
    this.#wanted = region;
    this.#askAt = now;
  }

  /** The part that is wished for. */
  get wanted(): Region | null {
    return this.#wanted;
  }

  /**
   * The other side has told what it shows. If it showed our part and now shows another one, somebody else has wished later,
   * and our wish ends: two wishes would take turns for ever, each time with a new start of the pictures.
   */
  told(region: Region | null): void {
    if (this.#wanted && isSame(this.#wanted, this.#told) && !isSame(this.#wanted, region)) this.want(null, Infinity);
    this.#told = region;
  }

  /** The request that is due now; undefined if none is. */
  request(now: number): { region: Region | null } | undefined {
    if (now < this.#askAt) return undefined;
    const isObeyed = isSame(this.#wanted, this.#told);
    if (isObeyed && !this.#wanted) {
      this.#askAt = Infinity;
      return undefined;
    }
    this.#askAt = now + (isObeyed ? RENEW_MS : ASK_MS);
    return { region: this.#wanted };
  }
}

/** What our own pictures show, as the others asked. */
export class ShownRegion {
  #until = 0;
  region: Region | null = null;

  /** Returns true if another part is shown from now on. */
  ask(region: Region | null, now: number): boolean {
    const isNew = !isSame(this.region, region);
    this.region = region;
    this.#until = now + LEASE_MS;
    return isNew;
  }

  /** Returns true if nobody renews the wish, and the whole is shown from now on. */
  isOver(now: number): boolean {
    if (!this.region || now < this.#until) return false;
    this.region = null;
    return true;
  }
}

/** The middle of a part that lies within the picture. */
const within = (share: number): number => Math.min(1 - PART / 2, Math.max(PART / 2, share));

/** The time between two requests until the other side has told that it shows what was asked. */
const ASK_MS = 1500;
/** The time between two requests after that. */
const RENEW_MS = 5000;
/** Three renewals in a row are rarely lost. */
const LEASE_MS = 16_000;
