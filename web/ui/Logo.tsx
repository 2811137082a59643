/** The logo: a calabash that is offered, and a voice that rises from it. */

export function Logo() {
  return (
    <span class="mark">
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <path class="bowl" d="M4 17h24c0 7-5 11-12 11S4 24 4 17z" />
        <path class="voice-line" d="M10 12a8 8 0 0112 0M6.500 8.500a13 13 0 0119 0" />
        <circle class="bowl" cx="16" cy="14" r="1.800" />
      </svg>
      Teranga
    </span>
  );
}
