/** "Structures proches": whom a nurse may telephone, and how far they are. It needs no network, and says how old it is. */

import { useEffect, useState } from "preact/hooks";
import type { Capability, NearStructure } from "../../protocol/api.ts";
import { Button } from "../../ui/Button.tsx";
import { date } from "../../ui/dates.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { learn, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { lazy } from "../../ui/lazy.tsx";
import { loadStylesheet } from "../../ui/stylesheet.ts";
import french from "../../ui/texts/fr.json?nearest";
import { fallback } from "../shell.ts";
import { Telephone } from "../Telephone.tsx";
import { nearest } from "./list.ts";
import type { About } from "./Propose.tsx";
import { Structure } from "./Structure.tsx";
import styles from "./nearest.css?later";

learn(french);

const Propose = lazy(async () => (await import("./parts.ts")).Propose);
const Proposed = lazy(async () => (await import("./parts.ts")).Proposed);

/** The button, once its styles apply. */
export async function loaded() {
  await loadStylesheet(styles);
  return NearestButton;
}

function NearestButton() {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <Button icon={icon.phone} data-testid="nearest" onClick={() => setOpen(true)}>
        {t("kiosk.nearest.button")}
      </Button>
      {open && (
        <Dialog
          title={t("kiosk.nearest.title")}
          onClose={close}
          data-testid="nearest-list"
          actions={
            <Button data-testid="nearest-close" onClick={close}>
              {t("kiosk.nearest.close")}
            </Button>
          }
        >
          <List close={close} />
        </Dialog>
      )}
    </>
  );
}

/** `close` closes the dialog. */
function List({ close }: { close: () => void }) {
  useEffect(() => void nearest.load(), []);
  const [needs, setNeeds] = useState<readonly Capability[]>([]);
  const [about, setAbout] = useState<About | null>(null);
  const list = nearest.list.value;
  if (!list?.structures.length) return <None />;
  if (about) return <Propose about={about} onBack={() => setAbout(null)} onProposed={close} />;
  const correct = (structure: NearStructure) => setAbout({ structure, closed: false });
  const able = list.structures.filter(({ capabilities }) => needs.every((need) => capabilities.includes(need)));
  const posts = able.filter(({ level }) => isAtThePost(level));
  const higher = able.filter(({ level }) => !isAtThePost(level));
  return (
    <div class="nearest">
      <p class="soft">{t("kiosk.nearest.age", { date: date(list.at) })}</p>
      {list.structures.some(({ demo }) => demo) && <p class="demo">{t("kiosk.nearest.demo")}</p>}
      <Needs structures={list.structures} needs={needs} choose={setNeeds} />
      {!able.length && (
        <p role="status" data-testid="nearest-nobody-able">
          {t("kiosk.nearest.nobody_able")}
        </p>
      )}
      <Part title={t("kiosk.nearest.higher")} structures={higher} correct={correct} />
      <Part title={t("kiosk.nearest.posts")} structures={posts} correct={correct} />
      <Proposed onOpenAgain={(structure) => setAbout({ structure, closed: true })} />
      <p class="soft">{t("kiosk.nearest.estimate")}</p>
    </div>
  );
}

const isAtThePost = (level: NearStructure["level"]) => level === "post" || level === "case";

interface NeedsProps {
  structures: NearStructure[];
  needs: readonly Capability[];
  choose: (needs: readonly Capability[]) => void;
}

/** What the patient needs, perhaps several things at once: only the structures that have them all are left. */
function Needs({ structures, needs, choose }: NeedsProps) {
  const known = ORDER.filter((one) => structures.some(({ capabilities }) => capabilities.includes(one)));
  if (!known.length) return null;
  const toggle = (one: Capability) => choose(needs.includes(one) ? needs.filter((other) => other !== one) : [...needs, one]);
  return (
    <fieldset class="choice">
      <legend>{t("kiosk.nearest.needs")}</legend>
      <div>
        {known.map((one) => (
          <label key={one}>
            <input
              autoComplete="off"
              type="checkbox"
              checked={needs.includes(one)}
              onChange={() => toggle(one)}
              data-testid={`nearest-need-${one}`}
            />
            {t(`kiosk.nearest.can.${one}`)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** The order in which needs are shown, the most urgent first. */
const ORDER: Capability[] = ["cesarean", "surgery", "transfusion", "neonatal", "imaging", "laboratory", "maternity", "ambulance"];

/** What a tablet says that has never received a list: the one number that it knows. */
function None() {
  const { value: centre } = fallback;
  return (
    <div class="nearest" data-testid="nearest-none">
      <p>{t(centre ? "kiosk.nearest.none" : "kiosk.nearest.nobody")}</p>
      {centre && (
        <p>
          <strong>{centre.name}</strong> <Telephone number={centre.phone} />
        </p>
      )}
    </div>
  );
}

function Part({ title, structures, correct }: { title: string; structures: NearStructure[]; correct: (structure: NearStructure) => void }) {
  if (!structures.length) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {structures.map((one) => (
          <Structure key={one.place.id} of={one} onCorrect={() => correct(one)} />
        ))}
      </ul>
    </>
  );
}
