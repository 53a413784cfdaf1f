/* What waits on this device to be sent: a sign on every page, a list on the report page.

   Contract. Only for the person of <body data-person> (on the page without network: for whose
   copies the device keeps), never for anybody else.
   - [data-waiting]: hidden while nothing waits; [data-waiting-count] in it takes the number.
   - [data-waiting-list] with <template>: one [data-entry] for each report, its [data-slot]s filled,
     its data-state set; buttons [data-act] send, edit, discard, close.
   - [data-left-here]: on the sign-in page, that somebody's reports wait; no word of whose or what.
   The form to mend a report in is form[data-outbox]. */

(() => {
  const { outbox } = self;
  if (!outbox || !("indexedDB" in self)) return;
  const AGAIN = 30_000; // ms between attempts while something waits
  const { body } = document;
  const list = document.querySelector("[data-waiting-list]");
  const mould = list?.querySelector("template");
  let isSignedOut = false;
  let timer = 0;

  const two = (value) => String(value).padStart(2, "0");
  const when = (at) =>
    `${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;

  const mine = async () => {
    const person = body.dataset.person
      ? Number(body.dataset.person)
      : body.hasAttribute("data-of-device")
        ? await outbox.fact("owner")
        : null;
    return (await outbox.all()).filter((entry) => entry.person === person);
  };

  const fill = (piece, entry) => {
    const slots = {
      seen: entry.words.seen,
      location: entry.words.location,
      filed: when(new Date(entry.filedAt)),
      reason: entry.reason ?? "",
      number: entry.number ?? "",
    };
    for (const slot of piece.querySelectorAll("[data-slot]")) {
      slot.textContent = slots[slot.dataset.slot];
    }
    const link = piece.querySelector("a[data-slot='number']");
    if (link && entry.id) link.href = `/incidents/${entry.words.join ?? entry.id}/received/`;
    const state = entry.state === "trying" ? "waiting" : entry.state;
    piece.dataset.state = state === "waiting" && isSignedOut ? "signed-out" : state;
    piece.dataset.entry = entry.uuid;
  };

  const draw = async () => {
    const entries = await mine();
    const left = entries.filter((entry) => entry.state !== "sent");
    for (const sign of document.querySelectorAll("[data-waiting]")) {
      sign.hidden = left.length === 0;
      for (const place of sign.querySelectorAll("[data-waiting-count]")) {
        place.textContent = String(left.length);
      }
    }
    if (list) {
      list.hidden = entries.length === 0;
      const shown = new Map(
        [...list.querySelectorAll("[data-entry]")].map((piece) => [piece.dataset.entry, piece]),
      );
      for (const entry of entries) {
        const known = shown.get(entry.uuid);
        shown.delete(entry.uuid);
        const piece = known ?? mould.content.firstElementChild.cloneNode(true);
        fill(piece, entry);
        if (!known) mould.parentElement.append(piece);
      }
      for (const gone of shown.values()) gone.remove();
    }
    const sign = document.querySelector("[data-left-here]");
    if (sign) {
      const anybody = (await outbox.all()).filter((entry) => entry.state !== "sent");
      sign.hidden = anybody.length === 0;
    }
    clearTimeout(timer);
    if (left.some((entry) => entry.state === "waiting" || entry.state === "trying")) {
      timer = setTimeout(attempt, AGAIN);
    }
  };

  const attempt = async () => {
    try {
      const result = await outbox.send();
      if (result === "done") isSignedOut = false;
      if (result === "signed-out") isSignedOut = true;
    } finally {
      // It sets the next attempt, whatever became of this one.
      await draw();
    }
  };

  // A report that is mended goes through the form as a new one, under its old mark.
  const edit = async (entry) => {
    const form = document.querySelector("form[data-outbox]");
    if (!form) return;
    const { words } = entry;
    for (const control of form.elements) {
      if (control.name === "client_uuid") control.value = entry.uuid;
      else if (control.name === "services") {
        control.checked = words.services.includes(Number(control.value));
      } else if (["seen", "location", "department", "waiting", "relapse_of"].includes(control.name)) {
        control.value = words[control.name] ?? "";
      }
    }
    form.elements.namedItem("seen").focus();
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-act]");
    const uuid = button?.closest("[data-entry]")?.dataset.entry;
    const entry = uuid && (await outbox.get(uuid));
    if (!entry) return;
    const { act } = button.dataset;
    if (act === "edit") await edit(entry);
    if (act === "discard" || act === "close") await outbox.remove(uuid);
    if (act === "send") {
      await outbox.put({ ...entry, state: "waiting", isConfirmed: true });
      await attempt();
    }
  });

  outbox.listen(draw);
  window.addEventListener("online", attempt);
  window.addEventListener("pageshow", attempt);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) attempt();
  });
})();
