/** The way from the post to a structure as a drawn bar: the farther, the longer. It repeats the words beside it for the eye only. */

interface RoadProps {
  /** Null if the distance is not known. */
  km: number | null;
  /** The distance that fills the drawing. */
  farthest: number;
  /** False if the position is only about right, which the drawing shows as a broken line. */
  isExact: boolean;
  isChosen: boolean;
}

export function Road({ km, farthest, isExact, isChosen }: RoadProps) {
  const end = START + (km === null ? LENGTH : Math.max(SHORTEST, (km / farthest) * LENGTH));
  return (
    <svg class={isChosen ? "road chosen" : "road"} viewBox={`0 0 ${START + LENGTH + 12} 20`} aria-hidden="true">
      <path class="ground" d={`M${START} 10H${START + LENGTH}`} />
      {km !== null && <path class={isExact ? "way" : "way about"} d={`M${START} 10H${end}`} />}
      <path class="post" d="M2 11l8-7 8 7M4.500 10v7h11v-7" />
      {km !== null && <path class="hospital" d={`M${end - 6} 4h12v12h-12zM${end} 6.500v7M${end - 3.5} 10h7`} />}
    </svg>
  );
}

/** The post's house ends here; lengths are units of the drawing. */
const START = 20;
const LENGTH = 240;
/** The length at which the two ends do not touch. */
const SHORTEST = 16;
