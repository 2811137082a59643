/** A message about the state of things, which screen readers read when it appears or changes. */

import type { ComponentChildren } from "preact";
import { Icon } from "./Icon.tsx";

/** The tone of a message, which is its colour and its sign. */
export type Tone = "info" | "good" | "warn" | "bad";

type BannerProps = { tone?: Tone; icon?: string; children: ComponentChildren; actions?: ComponentChildren };

export function Banner({
  tone = "info",
  icon,
  children,
  actions,
  ...rest
}: BannerProps & { "data-testid"?: string }) {
  return (
    <div class={`banner ${tone}`} role={tone === "bad" ? "alert" : "status"} {...rest}>
      {icon && <Icon of={icon} />}
      <div class="say">{children}</div>
      {actions}
    </div>
  );
}
