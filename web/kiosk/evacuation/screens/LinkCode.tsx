/** A QR code on the screen, for the camera of a telephone. */

import { Code } from "../../paper/Code.tsx";
import { codeOfText } from "../../paper/qr.ts";

export function LinkCode({ of }: { of: string }) {
  return (
    <div class="ev-link-code" data-testid="amb-qr" {...{ "data-address": of }}>
      <Code of={codeOfText(of)} />
    </div>
  );
}
