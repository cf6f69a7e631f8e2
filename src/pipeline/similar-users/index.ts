export { type PreparedSimilarUsers, type PrepareSimilarUsersOptions, prepareSimilarUsers } from "./similar-users.ts";
