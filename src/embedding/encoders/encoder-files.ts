// What an encoder needs of a checkpoint on the hub.
import type { HubModel } from "../../servers/hub.ts";

export const ENCODER_FILES: HubModel = {
  what: "encoder",
  required: ["config.json", "tokenizer.json", "model.safetensors"],
  optional: ["tokenizer_config.json", "modules.json", "sentence_bert_config.json", "1_Pooling/config.json"],
  byHand: "use transformer:FOLDER",
  convert: "Convert it with Python: save_pretrained of AutoModel and AutoTokenizer; then use transformer:FOLDER.",
};
