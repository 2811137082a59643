//! A button, or a link that looks like one.

import type { ComponentChildren, JSX } from "preact";
import { Icon } from "./Icon.tsx";

/** What pressing it means: something usual, the one thing to do, good and final, to think about, or little. */
export type ButtonKind = "plain" | "primary" | "go" | "danger" | "bare";

interface Face {
  kind?: ButtonKind;
  icon?: string;
  class?: string;
  children?: ComponentChildren;
  "data-testid"?: string;
}

type ButtonProps = Face &
  Pick<
    JSX.IntrinsicElements["button"],
    "onClick" | "disabled" | "type" | "title" | "aria-label" | "aria-pressed" | "aria-expanded" | "autoFocus"
  >;

export function Button({ kind = "plain", icon, class: more = "", children, ...rest }: ButtonProps) {
  return (
    <button type="button" class={`button ${kind} ${more}`} {...rest}>
      {icon && <Icon of={icon} />}
      {children}
    </button>
  );
}

interface LinkProps extends Face {
  href: string;
}

export function ButtonLink({ kind = "plain", icon, class: more = "", children, ...rest }: LinkProps) {
  return (
    <a class={`button ${kind} ${more}`} {...rest}>
      {icon && <Icon of={icon} />}
      {children}
    </a>
  );
}
