/** A modal dialog. The browser's own element keeps the focus inside and closes on Escape. */

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

type DialogProps = {
  title: string;
  onClose: () => void;
  actions?: ComponentChildren;
  children?: ComponentChildren;
  "data-testid"?: string;
};

/** A dialog that is open as long as it is rendered. */
export function Dialog({ title, onClose, actions, children, ...rest }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby={id} onClose={onClose} {...rest}>
      <h2 id={id}>{title}</h2>
      {children}
      {actions && <div class="actions">{actions}</div>}
    </dialog>
  );
}
