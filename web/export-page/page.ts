// The page beside an exported model: search, a history, recommendations with their evidence. Texts of the catalogue
// are only ever set as text.
import type { Answer, Behind, Item, Recommendation, Recommender } from "../../src/browser/api.ts";
import { answerNotice } from "../src/showing/answer-notice.ts";
import { historyItems } from "../src/showing/history-items.ts";
import { byId, element } from "./elements.ts";
import { evidenceBar } from "./evidence-bar.ts";
import { evidenceWords } from "./evidence-words.ts";
import { historyIn } from "./history.ts";
import { openRecommender } from "./recommend.js";

const FOUND = 6;
/** Between two keys of somebody who types. */
const PAUSE_MS = 110;

class Page {
  private readonly recommender: Recommender;
  private readonly history: string[] = [];
  private readonly without = new Set<string>();
  private asked = 0;
  private typing: ReturnType<typeof setTimeout> | undefined;

  constructor(recommender: Recommender) {
    this.recommender = recommender;
    const search = byId("search", HTMLInputElement);
    const [surprise, clear] = [byId("surprise", HTMLButtonElement), byId("clear", HTMLButtonElement)];
    for (const one of [search, surprise, clear]) one.disabled = false;
    search.addEventListener("input", () => {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => this.showFound(search.value), PAUSE_MS);
    });
    byId("search-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      this.showFound(search.value);
      document.querySelector<HTMLButtonElement>("#found button")?.click();
    });
    surprise.addEventListener("click", () => this.set(someHistory(recommender.items)));
    clear.addEventListener("click", () => this.set([]));
    this.showTerms();
  }

  set(ids: readonly string[]): void {
    this.history.splice(0, this.history.length, ...ids);
    void this.answer();
  }

  private add(id: string): void {
    if (!this.history.includes(id)) this.history.push(id);
    const search = byId("search", HTMLInputElement);
    search.value = "";
    search.focus();
    this.showFound("");
    void this.answer();
  }

  private async answer(): Promise<void> {
    const turn = ++this.asked;
    this.showHistory();
    const answer = await this.recommender
      .recommend(this.history, { without: [...this.without] })
      .catch((error: unknown) => wordsOf(error));
    if (turn !== this.asked) return; // Somebody was faster than the model.
    if (typeof answer === "string") this.showFailure(answer);
    else this.showAnswer(answer);
  }

  private showTerms(): void {
    for (const { name, describes } of this.recommender.about.terms) {
      const box = element("input", { type: "checkbox", checked: true });
      box.addEventListener("change", () => {
        if (box.checked) this.without.delete(name);
        else this.without.add(name);
        void this.answer();
      });
      const label = element("label", { title: describes }, box, element("span", { className: `dot ${name}` }), name);
      byId("terms").append(label);
    }
  }

  private showFound(words: string): void {
    clearTimeout(this.typing);
    const isAsked = words.trim() !== "";
    const found = isAsked ? this.recommender.search(words, FOUND) : [];
    byId("found").replaceChildren(...found.map((item) => listed(item, "+", "add", () => this.add(item.id))));
    byId("found-none").textContent = isAsked && found.length === 0 ? "Nothing is called that here." : "";
  }

  private showHistory(): void {
    const items = historyItems(this.history, this.recommender);
    byId("items").replaceChildren(...items.map((item, at) => listed(item, "×", "remove", () => this.drop(at))));
  }

  /** The button that was pressed is gone with its item: the focus goes on to the next. */
  private drop(at: number): void {
    this.set(this.history.filter((_, place) => place !== at));
    const left = [...document.querySelectorAll<HTMLButtonElement>("#items button")];
    (left[at] ?? left.at(-1) ?? byId("search")).focus();
  }

  private showFailure(words: string): void {
    byId("made").textContent = `No answer: ${words}`;
    byId("recommended").replaceChildren();
  }

  private showAnswer(answer: Answer): void {
    const { items, made, ms } = answer;
    const by = made === "fallback" ? [] : [`by the history, in ${ms.toFixed(0)} ms`];
    byId("made").textContent = [...by, answerNotice(answer) ?? []].flat().join("; ");
    byId("recommended").replaceChildren(...items.map((one) => this.recommended(one, items)));
  }

  private recommended(one: Recommendation, all: readonly Recommendation[]): HTMLElement {
    const { rank, item, evidence } = one;
    const summary = element(
      "summary",
      {},
      element("span", { className: "rank" }, String(rank)),
      element("span", {}, item.title),
      element("span", { className: "facts" }, factsOf(item)),
    );
    if (evidence.length > 0)
      summary.append(
        evidenceBar(
          evidence,
          all.map((each) => each.evidence),
        ),
      );
    const details = element("details", {}, summary);
    details.dataset.id = item.id;
    details.addEventListener("toggle", () => {
      if (details.open && details.children.length === 1) void this.showWhy(details, one);
    });
    return element("li", {}, details);
  }

  private async showWhy(details: HTMLElement, { item, evidence }: Recommendation): Promise<void> {
    const asked = this.history.length === 0 ? [] : this.recommender.behind(this.history, item.id);
    const behind = await Promise.resolve(asked).catch((error: unknown) => wordsOf(error));
    // Closed and opened again while the model was asked: it stands there already.
    if (details.children.length > 1) return;
    const list = element("dl", { className: "why" });
    for (const { term, ahead } of [...evidence].sort((a, b) => b.ahead - a.ahead)) {
      const words = evidenceWords({ term, ahead });
      list.append(element("dt", {}, element("span", { className: `dot ${term}` }), words));
      const from = typeof behind === "string" ? "" : sourcesOf(behind, term);
      if (ahead > 0 && from !== "") list.append(element("dd", {}, from));
    }
    if (typeof behind === "string") list.append(element("dt", {}, `What is behind it is not known: ${behind}`));
    details.append(list);
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function listed(item: Item, sign: string, what: string, act: () => void): HTMLElement {
  const button = element("button", { type: "button", title: `${what} ${item.id}` }, element("span", {}, item.title));
  button.append(element("span", { className: "sign", ariaHidden: "true" }, sign));
  button.addEventListener("click", act);
  return element("li", {}, button);
}

function factsOf({ id, brand, categories }: Item): string {
  return [brand, categories.at(-1), id].filter((part) => part !== undefined).join(" · ");
}

function sourcesOf(behind: readonly Behind[], term: string): string {
  const items = behind.find((one) => one.term === term)?.items ?? [];
  return items
    .slice(0, 3)
    .map(({ item }) => item.title)
    .join("; ");
}

/** Three items of one kind, drawn. */
function someHistory(items: readonly Item[]): string[] {
  const first = items[Math.floor(Math.random() * items.length)];
  if (first === undefined) return [];
  const kind = first.categories.at(-1);
  const alike = items.filter((item) => item.categories.at(-1) === kind);
  const drawn = new Set([first.id]);
  for (let i = 0; i < 20 && drawn.size < 3; i++) drawn.add(alike[Math.floor(Math.random() * alike.length)]!.id);
  return [...drawn];
}

async function start(): Promise<void> {
  const about = byId("about");
  try {
    const recommender = await openRecommender();
    const { system, items, terms } = recommender.about;
    about.textContent = `${system} over ${items.toLocaleString("en")} items, by ${terms.length} kinds of evidence.`;
    new Page(recommender).set(historyIn(location.search));
  } catch (error) {
    about.textContent = `The model could not be loaded: ${wordsOf(error)}`;
  }
}

await start();
