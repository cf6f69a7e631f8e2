import { render } from "preact";
import { App } from "./shell/app.tsx";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/frame.css";
import "./styles/parts.css";
import "./styles/evidence.css";
import "./styles/pages.css";
import "./styles/groups.css";
import "./styles/reasoning.css";
import "./styles/in-browser.css";

render(<App />, document.getElementById("app")!);
