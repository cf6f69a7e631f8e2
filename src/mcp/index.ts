// The front door of the agents' server: one run, asked by the Model Context Protocol.
export { type ServeAgentsOptions, serveAgents } from "./serve-agents.ts";
