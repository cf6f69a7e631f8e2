// Progress and messages as events: libraries emit, the shell decides what is seen.

export type ProgressEvent =
  | { readonly kind: "stage"; readonly stage: string; readonly detail?: string | undefined }
  | {
      readonly kind: "step";
      readonly stage: string;
      readonly done: number;
      readonly total: number;
      /** What `done` counts: "steps", "users", "items", ... */
      readonly unit: string;
      /** Short extra figures, such as `loss 2.31`. */
      readonly note?: string | undefined;
      /** One part of a larger whole: shown while it lasts, and leaves no line of its own. */
      readonly isPart?: boolean | undefined;
    }
  /** What a stage did, and how long it took. */
  | { readonly kind: "done"; readonly stage: string; readonly detail: string; readonly seconds: number }
  | { readonly kind: "notice"; readonly message: string }
  | { readonly kind: "warning"; readonly message: string };

export type Report = (event: ProgressEvent) => void;

/** Hears nothing: the default of every library call. */
export const silent: Report = () => {};
