"""Forms of the plan's pages: the shape of input. What is allowed, the verbs decide."""

from plans.forms.verbs import (
    AnswerForm,
    BringInForm,
    ChangeForm,
    CommentForm,
    DraftForm,
    ExplainForm,
    PublishForm,
    ReasonForm,
    RollBackForm,
    SignForm,
    VerbForm,
)

__all__ = [
    "AnswerForm",
    "BringInForm",
    "ChangeForm",
    "CommentForm",
    "DraftForm",
    "ExplainForm",
    "PublishForm",
    "ReasonForm",
    "RollBackForm",
    "SignForm",
    "VerbForm",
]
