//! Pure: how a camera is sent within what the server permits.

/** A camera line has these layers, the smallest first; those not worth their bits are switched off. */
export const RIDS = ["q", "h", "f"] as const;

/** What is asked of the camera: enough for three layers, light enough for an old laptop. */
export const CAMERA: MediaTrackConstraints = {
  width: { ideal: 960 },
  height: { ideal: 540 },
  frameRate: { ideal: 24, max: 30 },
};

export interface Layer {
  active: boolean;
  maxBitrate: number;
  scaleResolutionDownBy: number;
  maxFramerate: number;
}

/** A picture of 135 lines is worth 100 kbit/s, of 270 lines 350; more goes to the next. */
/** Fewer pictures, each of them sharper, and fewer headers. */
const SLOW_BELOW_BPS = 60_000;
const SMALL_BPS = 100_000;
const MIDDLE_BPS = 350_000;
const TWO_LAYERS_FROM_BPS = 500_000;
const THREE_LAYERS_FROM_BPS = 1_100_000;
const OFF: Layer = { active: false, maxBitrate: SMALL_BPS, scaleResolutionDownBy: 1, maxFramerate: 24 };

/** Layers for all the bits that the camera may have, in the order of [`RIDS`]. One layer grows before a second begins. */
export function layersFor(video_bps: number | null): Layer[] {
  const layer = (maxBitrate: number, scaleResolutionDownBy: number, maxFramerate = 24): Layer => ({
    active: true,
    maxBitrate: Math.round(maxBitrate),
    scaleResolutionDownBy,
    maxFramerate,
  });
  if (video_bps === null)
    return [{ ...OFF, scaleResolutionDownBy: 4 }, { ...OFF, scaleResolutionDownBy: 2 }, OFF];
  if (video_bps < TWO_LAYERS_FROM_BPS) {
    const only = video_bps < 200_000 ? layer(video_bps, 3, video_bps < SLOW_BELOW_BPS ? 12 : 15) : layer(video_bps, 2);
    return [only, { ...OFF, scaleResolutionDownBy: 2 }, OFF];
  }
  if (video_bps < THREE_LAYERS_FROM_BPS)
    return [layer(SMALL_BPS, 4, 15), layer(video_bps - SMALL_BPS, 2), OFF];
  return [layer(SMALL_BPS, 4, 15), layer(MIDDLE_BPS, 2), layer(video_bps - SMALL_BPS - MIDDLE_BPS, 1)];
}
