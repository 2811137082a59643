/** "Structures proches": whom a nurse may telephone, and how far they are. It needs no network, and says how old it is. */

import { useEffect, useState } from "preact/hooks";
import type { Capability, NearStructure } from "../../protocol/api.ts";
import { Button } from "../../ui/Button.tsx";
import { date } from "../../ui/dates.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { learn, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { lazy } from "../../ui/lazy.tsx";
import { Select } from "../../ui/Select.tsx";
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
  const [need, setNeed] = useState<Capability | "">("");
  const [about, setAbout] = useState<About | null>(null);
  const list = nearest.list.value;
  if (!list?.structures.length) return <None />;
  if (about) return <Propose about={about} onBack={() => setAbout(null)} onProposed={close} />;
  const correct = (structure: NearStructure) => setAbout({ structure, closed: false });
  const able = list.structures.filter(({ capabilities }) => !need || capabilities.includes(need));
  const posts = able.filter(({ level }) => isAtThePost(level));
  const higher = able.filter(({ level }) => !isAtThePost(level));
  return (
    <div class="nearest">
      <p class="soft">{t("kiosk.nearest.age", { date: date(list.at) })}</p>
      {list.structures.some(({ demo }) => demo) && <p class="demo">{t("kiosk.nearest.demo")}</p>}
      <Needs structures={list.structures} need={need} choose={setNeed} />
      <Part title={t("kiosk.nearest.higher")} structures={higher} correct={correct} />
      <Part title={t("kiosk.nearest.posts")} structures={posts} correct={correct} />
      <Proposed onOpenAgain={(structure) => setAbout({ structure, closed: true })} />
      <p class="soft">{t("kiosk.nearest.estimate")}</p>
    </div>
  );
}

const isAtThePost = (level: NearStructure["level"]) => level === "post" || level === "case";

/** What the patient needs: a choice leaves only the structures that have it. */
function Needs({ structures, need, choose }: { structures: NearStructure[]; need: Capability | ""; choose: (need: Capability | "") => void }) {
  const known = ORDER.filter((one) => structures.some(({ capabilities }) => capabilities.includes(one)));
  if (!known.length) return null;
  const options = known.map((one) => ({ value: one, label: t(`kiosk.nearest.can.${one}`) }));
  return (
    <Select<Capability | "">
      label={t("kiosk.nearest.needs")}
      value={need}
      onValue={choose}
      options={[{ value: "", label: t("kiosk.nearest.any") }, ...options]}
      testid="nearest-need"
    />
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
