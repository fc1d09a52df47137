"""Everything that can go wrong, as one tree.

* KhabarError
  x RecordFault: this record cannot be worked on. It becomes one dead letter with the fault's ``code``; the next goes on.
  x EnvironmentFault: the machine, the broker or the installation is at fault. The worker stops, nothing is acknowledged.
    . BrokerUnreachable, AuthenticationRefused
  x DeliveryFault: a destination did not take an alert.
  x UsageError: a command was asked for something that it cannot do. One line, exit code 2.
    . BadRule: a rule file is not what it should be

``RECORD_FAULTS`` lists every code that a dead letter may carry.
"""

RECORD_FAULTS: dict[str, str] = {
    "tombstone": "the record has no value",
    "record_too_large": "the value is longer than max_record_bytes",
    "invalid_utf8": "the value is not UTF-8",
    "invalid_json": "the value is not JSON",
    "too_deep": "the JSON is nested too deep",
    "not_a_number": "the JSON holds NaN or Infinity, which JSON does not know",
    "duplicate_key": "a JSON object names the same key twice",
    "lone_surrogate": "a string holds half of a surrogate pair",
    "nul_character": "a string holds U+0000",
    "not_an_object": "the JSON is not an object",
    "unsupported_schema": "the record is of another kind or of another major version",
    "missing_field": "a required field is absent",
    "invalid_field": "a field has the wrong type or a value that is not allowed",
    "no_content": "none of html, text and content_base64 is there",
    "ambiguous_content": "more than one of html, text and content_base64 is there",
    "empty_text": "the content holds no visible text",
    "too_many_lines": "the content has more than five thousand lines, which no article has",
    "undecodable_content": "the content's bytes are no text in any encoding that was declared or detected",
    "output_too_large": "the resulting record is longer than max_record_bytes",
    "killed_worker": "three worker processes died while working on this record",
    "delivery_failed": "a destination did not take the alert, however often it was tried",
    "delivery_refused": "a destination refused the alert for good",
    "no_such_destination": "the rule names a destination that there is none of",
    "stage_failed": "the stage's own code failed on this record: a bug worth reporting",
}


class KhabarError(Exception):
    """The root of the tree."""


class RecordFault(KhabarError):
    """This record cannot be worked on.

    code: one of RECORD_FAULTS.
    message: one line for a person, without the record's content.
    """

    def __init__(self, code: str, message: str | None = None) -> None:
        self.code = code
        self.message = message or RECORD_FAULTS[code]
        super().__init__(f"{code}: {self.message}")


class EnvironmentFault(KhabarError):
    """The machine, the broker or the installation is at fault, not the record."""


class BrokerUnreachable(EnvironmentFault):
    """No broker answers at the bootstrap address."""


class AuthenticationRefused(EnvironmentFault):
    """The broker answered and refused the credentials, or its certificate is not trusted."""


class DeliveryFault(KhabarError):
    """A destination did not take an alert.

    lasting: trying again would not help. retry_after: seconds that the destination asks for.
    Its text holds no address and no secret.
    """

    def __init__(self, message: str, *, lasting: bool, retry_after: float | None = None) -> None:
        self.lasting = lasting
        self.retry_after = retry_after
        super().__init__(message)


class UsageError(KhabarError):
    """A command was asked for something that it cannot do."""


class BadRule(UsageError):
    """A rule file is not what it should be."""
