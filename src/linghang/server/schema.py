"""The schema is brought up to date step by step, and each step makes only the model classes that it asks for.

Django makes a class for every model of the project before the first step and, after each step, again for every model
that is related to the changed one. In one product nearly everything is related to nearly everything: 135 steps would
make 20,000 classes and take half a minute, of which the database works two seconds. A step that creates a table or
adds to one needs the class of that table and of those it points to. So only these are made, when they are asked for;
a class that points to a changed model is forgotten. Steps of any other kind get every class, as Django does it.
"""

import copy
import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import pgtrigger.migrations
from django.apps import apps as running_apps
from django.contrib.postgres.operations import CreateExtension
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import operations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import AppConfigStub, ModelState, ProjectState, StateApps
from django.db.migrations.utils import resolve_relation

Key = tuple[str, str]
"""The label of an app and the name of a model in small letters."""

# steps that read nothing but the class of their own table and of those it points to
CONTENT = (
    operations.AddConstraint,
    operations.AddField,
    operations.AddIndex,
    operations.AlterModelOptions,
    operations.AlterUniqueTogether,
    CreateExtension,
    operations.CreateModel,
    operations.DeleteModel,
    operations.RemoveConstraint,
    operations.RemoveField,
    operations.RemoveIndex,
    operations.RunSQL,
    pgtrigger.migrations.AddTrigger,
    pgtrigger.migrations.RemoveTrigger,
)


def asks_little(step: Operation) -> bool:
    """Whether a step needs no class that points to its table: one that changes a column does if others refer to it."""
    if isinstance(step, operations.AlterField):
        return not (step.field.primary_key or step.field.unique)
    return isinstance(step, CONTENT)


def is_behind(connection: BaseDatabaseWrapper) -> bool:
    """Whether there are steps that this database has not had."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def upgrade(connection: BaseDatabaseWrapper) -> int:
    """Bring the schema up to date and return the number of steps; `connection` is the owner's.

    Does what `manage.py migrate` does without its options: the same steps, signals and records of what was done.
    """
    executor = LeanExecutor(connection)
    executor.loader.check_consistent_history(connection)
    targets = executor.loader.graph.leaf_nodes()
    plan = executor.migration_plan(targets)
    before = _state_before(executor)
    emit_pre_migrate_signal(0, False, connection.alias, apps=before.apps, plan=plan)
    with _uncollected():
        after = executor.migrate(targets, plan=plan, state=before)
    emit_post_migrate_signal(0, False, connection.alias, apps=_everything(after), plan=plan)
    return len(plan)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Classes come and go by the thousand; looking among them for rubbish again and again takes a quarter of the time.

    They take 200 MB until they are let go of.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class LeanExecutor(MigrationExecutor):
    """Applies each step to a state that makes no more classes than the step asks for."""

    def apply_migration(self, state: ProjectState, migration: Migration, *args: Any, **options: Any) -> ProjectState:
        if all(map(asks_little, migration.operations)):
            return super().apply_migration(_lean(state), migration, *args, **options)
        return super().apply_migration(_full(state), migration, *args, **options)


class LeanState(ProjectState):
    """A state of the project whose `apps` makes the classes that are asked for."""

    @cached_property
    def apps(self) -> "LeanApps":
        return LeanApps(self.real_apps, self.models)

    def clone(self) -> "LeanState":
        copied = LeanState({key: model.clone() for key, model in self.models.items()}, self.real_apps)
        if "apps" in self.__dict__:
            copied.apps = self.apps.copied(copied.models)
        return copied

    def reload_model(self, app_label: str, model_name: str, delay: bool = False) -> None:  # noqa: ARG002 - Django passes it
        self.reload_models([(app_label, model_name)])

    def reload_models(self, models: Iterable[Key], delay: bool = True) -> None:  # noqa: ARG002 - Django passes it
        if "apps" in self.__dict__:
            self.apps.forget(set(models))

    def remove_model(self, app_label: str, model_name: str) -> None:
        self.reload_model(app_label, model_name)
        super().remove_model(app_label, model_name)


class LeanApps(StateApps):
    """The classes that were asked for, each with all that it points to."""

    def __init__(self, real_apps: Iterable[str], states: dict[Key, ModelState]) -> None:
        self._states = states
        self._needs: dict[Key, set[Key]] = {}  # of each class that is made: itself and what it points to, all the way
        self._making = False
        super().__init__(list(real_apps), {})

    def get_model(self, app_label: str, model_name: str | None = None, require_ready: bool = True) -> type[Any]:
        label, name = app_label.split(".") if model_name is None else (app_label, model_name)
        key = (label, name.lower())
        if not self._making and key in self._states and key not in self._needs:
            self._make(key)
        return super().get_model(label, name, require_ready)

    def copied(self, states: dict[Key, ModelState]) -> "LeanApps":
        """The same classes for a copy of the state."""
        fresh = LeanApps([], states)
        fresh._needs = dict(self._needs)
        fresh.real_models = self.real_models
        fresh.all_models = copy.deepcopy(self.all_models)
        for label in self.app_configs:
            config = AppConfigStub(label)
            config.apps = fresh
            config.import_models()
            fresh.app_configs[label] = config
        return fresh

    def forget(self, changed: set[Key]) -> None:
        """Let go of the classes of changed models and of those that point to them."""
        gone = [key for key, needs in self._needs.items() if needs & changed]
        for key in gone:
            del self._needs[key]
            self.unregister_model(*key)
        if gone:
            self.clear_cache()

    def _make(self, key: Key) -> None:
        missing = self._needs_of(key) - self._needs.keys()
        self._making = True
        try:
            self.render_multiple([self._states[one] for one in sorted(missing)])
        finally:
            self._making = False
        for one in missing:
            self._needs[one] = self._needs_of(one)
            for through in _tables_between(super().get_model(*one)):
                self._needs[through] = self._needs[one]

    def _needs_of(self, key: Key) -> set[Key]:
        found: set[Key] = set()
        waiting = [key]
        while waiting:
            one = waiting.pop()
            if one in self._states and one not in found:
                found.add(one)
                waiting.extend(_pointed_to(self._states[one]))
        return found


def _pointed_to(model: ModelState) -> Iterator[Key]:
    own = model.app_label, model.name_lower
    for field in model.fields.values():
        if field.is_relation and field.remote_field:
            for target in (field.remote_field.model, getattr(field.remote_field, "through", None)):
                if target is not None:
                    yield resolve_relation(target, *own)
    for base in model.bases:
        if isinstance(base, str):
            yield resolve_relation(base, *own)


def _tables_between(model: type[Any]) -> Iterator[Key]:
    for field in model._meta.local_many_to_many:
        through = field.remote_field.through
        if through is not None and through._meta.auto_created:  # none where another model stands in for this one
            yield through._meta.app_label, through._meta.model_name


def _state_before(executor: MigrationExecutor) -> ProjectState:
    state = LeanState(real_apps=executor.loader.unmigrated_apps)
    for step, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True):
        if (step.app_label, step.name) in executor.loader.applied_migrations:
            step.mutate_state(state, preserve=False)
    return state


def _lean(state: ProjectState) -> ProjectState:
    return state if isinstance(state, LeanState) else LeanState(state.models, state.real_apps)


def _full(state: ProjectState) -> ProjectState:
    return ProjectState(state.models, state.real_apps) if isinstance(state, LeanState) else state


def _everything(state: ProjectState) -> StateApps:
    """Every model as it is after the last step; those of apps without steps with their relations, too."""
    made = _full(state)
    made.clear_delayed_apps_cache()
    apps = made.apps
    keys = [(model.app_label, model.name_lower) for model in apps.real_models]
    with apps.bulk_update():
        for key in keys:
            apps.unregister_model(*key)
    apps.render_multiple([ModelState.from_model(running_apps.get_model(*key)) for key in keys])
    return apps
