/** A drawing beside words. It never stands alone, because screen readers skip it. */

export function Icon({ of }: { of: string }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={of} />
    </svg>
  );
}
