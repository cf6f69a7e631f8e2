import { importSettings } from "../../data/settings.ts";
import { threads } from "../../runs/settings.ts";
import { workplaceSettings } from "../work/settings.ts";

export const importDataSettings = importSettings.extend({ ...workplaceSettings.shape, threads });
