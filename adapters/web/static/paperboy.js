// The page works without this: forms post and the page comes back. With it, messages appear without a reload,
// also those that arrive by themselves or were typed in the terminal.
"use strict";
const talk = document.getElementById("talk");
const composer = document.getElementById("composer");
const field = document.getElementById("text");
const scrollDown = () => window.scrollTo(0, document.body.scrollHeight);

function place(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html; // made by our own templates, every value escaped there
  let added = null;
  for (const message of holder.content.querySelectorAll("article")) {
    const old = document.getElementById(message.id);
    if (old) old.replaceWith(message);
    else { talk.append(message); added = added || message; }
    talk.dataset.last = Math.max(Number(talk.dataset.last), Number(message.dataset.id));
  }
  if (added) document.getElementById("welcome")?.remove();
  return added;
}

function toast(text) {
  if (!text) return;
  const bubble = document.createElement("div");
  bubble.className = "toast"; bubble.role = "status"; bubble.textContent = text;
  document.body.append(bubble);
  setTimeout(() => bubble.remove(), 4000);
}

async function look(show) {
  const address = `/messages?after=${talk.dataset.last}&edits=${talk.dataset.edits}`;
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (answer.status === 401) location.reload(); // logged out elsewhere: the page asks for the password
  if (!answer.ok) return;
  talk.dataset.edits = answer.headers.get("X-Edits") || talk.dataset.edits;
  const oldest = Number(answer.headers.get("X-Oldest") || 0);
  for (const message of talk.querySelectorAll("article")) // what was erased is gone from the screen, too
    if (Number(message.dataset.id) < oldest) message.remove();
  const nearEnd = window.innerHeight + window.scrollY > document.body.scrollHeight - 160;
  const added = place(await answer.text());
  if (added && (show || nearEnd)) added.scrollIntoView({ block: "start" });
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.classList.contains("logout")) return;
  // The composer's own button stays: disabled it would swallow the Enter of whoever types fast.
  const button = form === composer ? null : event.submitter;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  body.set("zone", Intl.DateTimeFormat().resolvedOptions().timeZone || "");
  if (form === composer) { if (!field.value.trim()) return; field.value = ""; }
  if (button) button.disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Fetch": "1" } });
    toast(decodeURIComponent(answer.headers.get("X-Toast") || ""));
    if (!answer.ok) toast(await answer.text());
    await look(true);
  } catch { toast("Paperboy does not answer. Is it still running?"); }
  finally { if (button) button.disabled = false; if (form === composer) field.focus(); }
});

// What is typed may become: commands from the page, topics from the catalogue.
const offered = document.getElementById("commands");
const commands = [...offered.children].map((option) => option.value);
let asked = 0;

function offer(lines) {
  offered.replaceChildren(...lines.map((line) => Object.assign(document.createElement("option"), { value: line })));
}

field.addEventListener("input", async () => {
  const typed = field.value, mine = ++asked;
  if (!typed.trim()) return offer(commands);
  try {
    const answer = await fetch(`/suggest?q=${encodeURIComponent(typed)}`);
    const found = answer.ok ? (await answer.json()).suggestions : [];
    if (mine === asked) offer(found.length ? found : commands);
  } catch { /* without suggestions everything can still be typed */ }
});

setInterval(() => { if (!document.hidden) look(false).catch(() => {}); }, 2000);
scrollDown();
