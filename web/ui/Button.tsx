/** A button, or a link that looks like one. */

import type { ComponentChildren, JSX } from "preact";
import { Icon } from "./Icon.tsx";

/**
 * The meaning of a button: a usual action, the main action, a positive final one, a dangerous one, or a minor one.
 */
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
