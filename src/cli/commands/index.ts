// The table of commands, in the order in which help lists them. Adding a command: write its file, add it here.
import type { Command } from "../command.ts";
import { auditCommand } from "./audit.ts";
import { compareCommand } from "./compare.ts";
import { dataAppendCommand } from "./data-append.ts";
import { dataAuditCommand } from "./data-audit.ts";
import { dataExtensionCommand } from "./data-extension.ts";
import { dataImportCommand } from "./data-import.ts";
import { dataInspectCommand } from "./data-inspect.ts";
import { dataSplitCommand } from "./data-split.ts";
import { dataStatsCommand } from "./data-stats.ts";
import { dataSynthCommand } from "./data-synth.ts";
import { demoCommand } from "./demo.ts";
import { embedCommand } from "./embed.ts";
import { evaluateCommand } from "./evaluate.ts";
import { explainCommand } from "./explain.ts";
import { exportCommand } from "./export.ts";
import { exportWebCommand } from "./export-web.ts";
import { itemsAddCommand, itemsListCommand, itemsRemoveCommand } from "./items.ts";
import { jobsCancelCommand, jobsListCommand, jobsRetryCommand, jobsShowCommand } from "./jobs.ts";
import { mcpCommand } from "./mcp.ts";
import { modelsCommand } from "./models.ts";
import { planCommand } from "./plan.ts";
import { popularCommand, trendingCommand } from "./popular.ts";
import { reasonCommand } from "./reason.ts";
import { reasonExportCommand } from "./reason-export.ts";
import { reasonImportCommand } from "./reason-import.ts";
import { reasonJudgeCommand } from "./reason-judge.ts";
import { reasonPromptsCommand } from "./reason-prompts.ts";
import { reasonShowCommand } from "./reason-show.ts";
import { recommendCommand } from "./recommend.ts";
import { reproduceCommand } from "./reproduce.ts";
import { runCommand } from "./run.ts";
import { serveCommand } from "./serve.ts";
import { similarCommand } from "./similar.ts";
import { similarUsersCommand } from "./similar-users.ts";
import { studyAblationCommand } from "./study-ablation.ts";
import { studyCaseCommand } from "./study-case.ts";
import { studyCompareCommand } from "./study-compare.ts";
import { studyCostCommand } from "./study-cost.ts";
import { studyMainCommand } from "./study-main.ts";
import { studySweepCommand } from "./study-sweep.ts";
import { studyVariantsCommand } from "./study-variants.ts";
import { trainCommand } from "./train.ts";
import { trainHelperCommand } from "./train-helper.ts";
import { verifyCommand } from "./verify.ts";
import { workerCommand } from "./worker.ts";

export const commands: readonly Command[] = [
  runCommand,
  demoCommand,
  dataInspectCommand,
  dataImportCommand,
  dataAppendCommand,
  dataSplitCommand,
  dataSynthCommand,
  dataStatsCommand,
  dataAuditCommand,
  dataExtensionCommand,
  reasonCommand,
  reasonShowCommand,
  reasonJudgeCommand,
  reasonExportCommand,
  reasonImportCommand,
  reasonPromptsCommand,
  embedCommand,
  similarUsersCommand,
  trainCommand,
  trainHelperCommand,
  evaluateCommand,
  auditCommand,
  compareCommand,
  studyCompareCommand,
  studyMainCommand,
  studyAblationCommand,
  studySweepCommand,
  studyVariantsCommand,
  studyCostCommand,
  studyCaseCommand,
  reproduceCommand,
  recommendCommand,
  explainCommand,
  similarCommand,
  popularCommand,
  trendingCommand,
  serveCommand,
  exportCommand,
  exportWebCommand,
  itemsAddCommand,
  itemsListCommand,
  itemsRemoveCommand,
  workerCommand,
  jobsListCommand,
  jobsShowCommand,
  jobsRetryCommand,
  jobsCancelCommand,
  planCommand,
  mcpCommand,
  verifyCommand,
  modelsCommand,
];
