"""Courses, their sessions with who came, and what a person has completed."""

from drills.training.models.completion import Completion, TrainingNumbering
from drills.training.models.course import Course
from drills.training.models.quiz import Attempt, Material, Question
from drills.training.models.session import Attendance, Invitation, TrainingSession

__all__ = [
    "Attempt",
    "Attendance",
    "Completion",
    "Course",
    "Invitation",
    "Material",
    "Question",
    "TrainingNumbering",
    "TrainingSession",
]
