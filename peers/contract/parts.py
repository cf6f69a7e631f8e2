"""A request of many parts is answered by 200 although some do not fit: then the reply must say so."""

import schemathesis
from schemathesis import GenerationMode

OPERATIONS = {"recommendBatch", "recordEvents"}


@schemathesis.check
def parts_are_refused(ctx, response, case):
    operation = case.operation.definition.raw.get("operationId")
    if operation not in OPERATIONS or response.status_code != 200 or case.meta is None:
        return
    body = case.meta.components.get("body")
    if body is None or body.mode != GenerationMode.NEGATIVE:
        return
    reply = response.json()
    refused = reply.get("rejected") or [answer for answer in reply.get("answers", []) if "error" in answer]
    assert refused, "A body that violates the schema was answered as if all of it fitted"
