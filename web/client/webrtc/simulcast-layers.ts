/**
 * The simulcast layers of our camera for the bit rate that the server permits. Pure; `transport.ts` gives them to
 * the sender.
 */

/**
 * The stream ids (RID, RFC 8851) of the layers, the smallest first. Layers that are not worth their bits are
 * switched off.
 */
export const RIDS = ["q", "h", "f"] as const;

/** The encoding parameters of one layer. */
export interface Layer {
  active: boolean;
  maxBitrate: number;
  scaleResolutionDownBy: number;
  maxFramerate: number;
}

/**
 * The layers for a bit rate in bits per second, in the order of `RIDS`; null switches the camera off. One layer
 * grows before a second one begins. `lines` is the shorter side of the camera's picture, because a camera may give
 * another size than it was asked for.
 */
export function layersFor(video_bps: number | null, lines = 540): Layer[] {
  const layer = (maxBitrate: number, scaleResolutionDownBy: number, maxFramerate = 24): Layer => ({
    active: true,
    maxBitrate: Math.round(maxBitrate),
    scaleResolutionDownBy,
    maxFramerate,
  });
  if (video_bps === null)
    return [{ ...OFF, scaleResolutionDownBy: 4 }, { ...OFF, scaleResolutionDownBy: 2 }, OFF];
  if (video_bps < TWO_LAYERS_FROM_BPS) {
    const [, least, fps] = SINGLE.find(([from_bps]) => video_bps >= from_bps)!;
    return [layer(video_bps, Math.max(1, lines / least), fps), { ...OFF, scaleResolutionDownBy: 2 }, OFF];
  }
  if (video_bps < THREE_LAYERS_FROM_BPS)
    return [layer(SMALL_BPS, 4, 15), layer(video_bps - SMALL_BPS, 2), OFF];
  return [layer(SMALL_BPS, 4, 15), layer(MIDDLE_BPS, 2), layer(video_bps - SMALL_BPS - MIDDLE_BPS, 1)];
}

/**
 * The lines and the frame rate of a single layer, by its bit rate. Fewer pictures are each sharper, and need fewer
 * headers.
 */
const SINGLE: readonly (readonly [from_bps: number, lines: number, fps: number])[] = [
  [200_000, 270, 24],
  [90_000, 240, 15],
  [60_000, 180, 15],
  [0, 180, 12],
];
/** The most that a layer of 135 lines and one of 270 lines are worth; more bits go to the next layer. */
const SMALL_BPS = 100_000;
const MIDDLE_BPS = 350_000;
const TWO_LAYERS_FROM_BPS = 500_000;
const THREE_LAYERS_FROM_BPS = 1_100_000;
const OFF: Layer = { active: false, maxBitrate: SMALL_BPS, scaleResolutionDownBy: 1, maxFramerate: 24 };
