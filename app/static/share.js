// Takes the open view away: a link to it, one HTML file that works offline, or paper. On paper and in the file the page is
// `plain`: without what a reader cannot use.

const SAID = 4000; // ms that a word of what was done stays

// Blob and server addresses below `copy` become data URLs, so that nothing is asked for later.
async function embedImages(copy) {
  const images = [...copy.querySelectorAll("img, image")];
  await Promise.all(images.map(async (image) => {
    const name = image.hasAttribute("src") ? "src" : "href";
    const address = image.getAttribute(name);
    if (!address || address.startsWith("data:")) return;
    const blob = await (await fetch(address)).blob();
    image.setAttribute(name, await new Promise((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.readAsDataURL(blob);
    }));
  }));
}

// What the visitor set, which is no attribute and so in no copy.
function keepInputs(from, to) {
  const [before, after] = [from, to].map((root) => ["input", "select"].flatMap((tag) => [...root.querySelectorAll(tag)]));
  before.forEach((field, index) => {
    if (field.type === "checkbox" || field.type === "radio") after[index].toggleAttribute("checked", field.checked);
    else if (field.tagName === "SELECT") [...after[index].options].forEach((option, place) => option.toggleAttribute("selected", place === field.selectedIndex));
    else after[index].setAttribute("value", field.value);
  });
}

function escapeText(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

function allStyles() {
  return [...document.styleSheets].map((sheet) => {
    try {
      return [...sheet.cssRules].map((rule) => rule.cssText).join("\n");
    } catch {
      return ""; // of somebody else, such as an extension of the browser
    }
  }).join("\n");
}

// The open tab as one HTML file.
async function savedPage(panel, title) {
  const copy = panel.cloneNode(true);
  keepInputs(panel, copy);
  for (const gone of copy.querySelectorAll("script, iframe")) gone.remove();
  for (const field of copy.querySelectorAll("input, select, textarea, button")) field.disabled = true; // nothing answers
  await embedImages(copy);
  const holders = [document.documentElement, document.body, document.querySelector(".gradio-container")];
  const [root, body, container] = holders.map((each) => escapeText(each?.className ?? "").replaceAll('"', "&quot;"));
  const styles = allStyles().replaceAll("</style", "<\\/style");
  return `<!doctype html><html lang="en" class="${root}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeText(title)}</title><style>${styles}</style></head>
<body class="${body} plain"><div class="${container}"><main class="main"><h1>${escapeText(title)}</h1>${copy.outerHTML}
<footer>Made with the pose workbench. Everything is in this file; it asks no server.</footer></main></div></body></html>`;
}

function openPanel() {
  return [...document.querySelectorAll("[role=tabpanel]")].find((panel) => panel.offsetParent !== null);
}

function openTitle() {
  return document.querySelector("[role=tab][aria-selected=true]")?.textContent.trim() ?? "";
}

function mountShare(element, props, watch, trigger) {
  const status = element.querySelector("[role=status]");
  let timer = null;

  function say(text) {
    status.textContent = text;
    clearTimeout(timer);
    timer = setTimeout(() => { status.textContent = ""; }, SAID);
  }

  async function save() {
    const title = `Pose workbench: ${openTitle()}`;
    const page = await savedPage(openPanel(), title);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([page], { type: "text/html" }));
    link.download = `${openTitle().toLowerCase().replaceAll(" ", "-")}.html`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    say("Saved.");
  }

  const acts = {
    link: () => trigger("select", {}),
    save: () => save().catch(() => say("Saving failed: an image of this view could not be read.")),
    print: () => window.print(),
  };
  for (const button of element.querySelectorAll("[data-share]")) button.addEventListener("click", acts[button.dataset.share]);
  watch("value", async () => {
    if (!props.value) return;
    const link = new URL(props.value.query, location.href);
    history.replaceState(null, "", link);
    const copied = await navigator.clipboard?.writeText(link.href).then(() => true, () => false);
    say(`${copied ? "Link copied." : "The link is in the address bar."} ${props.value.note}`.trim());
  });
  window.addEventListener("beforeprint", () => document.body.classList.add("plain"));
  window.addEventListener("afterprint", () => document.body.classList.remove("plain"));
}
