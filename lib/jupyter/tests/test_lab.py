"""The launcher: what it asks for, what it makes once, and what it says when something is missing."""

import contextlib
import importlib.machinery
import importlib.util
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[3]
LAB = ROOT / "lab"


def load_lab():
    """Returns the launcher as a module."""
    loader = importlib.machinery.SourceFileLoader("lab", str(LAB))
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("lab", loader))
    loader.exec_module(module)
    sys.dont_write_bytecode = before
    return module


lab = load_lab()


def run_lab(*arguments, env=None, python=sys.executable, cwd=None):
    return subprocess.run(
        [python, str(LAB), *arguments], capture_output=True, text=True, env=env, cwd=cwd, timeout=300
    )


class Folder(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="unfold-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)


class Complaints(Folder):
    """Bad input gets one sentence and a status that is not 0."""

    def complains(self, status, sentence, *arguments, **options):
        answer = run_lab(*arguments, **options)
        self.assertEqual(answer.returncode, status, answer.stderr)
        self.assertIn(sentence, answer.stderr)
        self.assertNotIn("Traceback", answer.stderr)
        self.assertEqual(len(answer.stderr.strip().splitlines()), 1, answer.stderr)
        self.assertEqual(answer.stdout, "")

    def test_unknown_notebook(self):
        self.complains(2, "notebook must be one of f1b, memory, mcrm, capacity, meet, but was 'f2b'", "run", "f2b")

    def test_unknown_scale(self):
        self.complains(
            2, "scale must be one of smoke, quick, workstation, paper, but was 'big'", "run", "--scale", "big"
        )

    def test_seed(self):
        self.complains(2, "seed must be a whole number, but was 'x'", "run", "--seed", "x")
        self.complains(2, "seed must be a whole number, but was '1.5'", "run", "--seed", "1.5")
        self.complains(2, "seed must be a 64-bit number", "run", "--seed", str(2**63))

    def test_threads(self):
        self.complains(2, "threads must be at least 1, but was 0", "run", "--threads", "0")
        self.complains(2, "threads must be a whole number, but was 'many'", "run", "--threads", "many")

    def test_out(self):
        (self.folder / "thesis.tex").touch()
        text = str(self.folder)
        self.complains(
            2, "out must be a new folder or an earlier report, but '%s' holds other files" % text, "run", "--out", text
        )
        file = str(self.folder / "thesis.tex")
        self.complains(2, "out must be a folder, but '%s' is a file" % file, "run", "--out", file)
        for name in ("index.html", "results.csv"):
            (self.folder / name).touch()
        self.assertEqual(lab.report_folder(text), self.folder, "an earlier report")
        for name in ("new", "empty"):
            folder = self.folder / name
            if name == "empty":
                folder.mkdir()
            self.assertEqual(lab.report_folder(str(folder)), folder)

    def test_port(self):
        self.complains(2, "port must be at most 65535, but was 65536", "--port", "65536")
        self.complains(2, "port must be at least 1, but was 0", "--port", "0")
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.complains(1, "port %d cannot be used (address already in use)" % port, "--port", str(port))

    def test_unknown_option_and_command(self):
        self.complains(2, "unrecognized arguments: --fats", "run", "--fats")
        self.complains(2, "invalid choice: 'runn'", "runn")

    def test_old_python(self):
        older = [
            Path(folder) / name
            for folder in os.environ["PATH"].split(os.pathsep)
            for name in ("python3.9", "python3.8", "python3.7", "python3.6")
        ]
        older += sorted(Path.home().glob(".pyenv/versions/3.[6-9].*/bin/python"))
        for python in older:
            if python.exists() and subprocess.run([python, "-c", ""], capture_output=True).returncode == 0:
                self.complains(1, "Python 3.10 or newer is needed, but this is Python 3.", python=str(python))
                return
        self.skipTest("no older Python here")

    def test_notebook_of_a_later_version(self):
        with mock.patch.object(lab, "NOTEBOOKS", self.folder):
            (self.folder / "1-f1b.ipynb").touch()
            self.assertEqual(lab.find_notebooks([]), [self.folder / "1-f1b.ipynb"])
            with self.assertRaisesRegex(
                lab.Problem, "notebook 'memory' is not part of this version yet"
            ) as e:
                lab.find_notebooks(["f1b", "memory"])
            self.assertEqual(e.exception.status, 2)

    def test_all_cells_on_all_tasks_run_only_if_they_are_named(self):
        with mock.patch.object(lab, "NOTEBOOKS", self.folder):
            paper, meet = self.folder / "1-f1b.ipynb", self.folder / "5-meet.ipynb"
            paper.touch()
            meet.touch()
            self.assertEqual(lab.find_notebooks([]), [paper])
            self.assertEqual(lab.find_notebooks(["meet"]), [meet])
            self.assertEqual(lab.find_notebooks(["meet", "f1b"]), [paper, meet])


class Jdk(Folder):
    """A JDK is taken only if it is new enough and has the compiler."""

    def make(self, name, version="17.0.9", modules="java.base jdk.compiler jdk.jshell", javac=True):
        home = self.folder / name
        (home / "bin").mkdir(parents=True)
        (home / "release").write_text(
            'IMPLEMENTOR="x"\nJAVA_VERSION="%s"\nMODULES="%s"\n' % (version, modules)
        )
        if javac:
            (home / "bin" / "javac").touch()
        return home

    def test_first_good_one_is_taken(self):
        homes = [
            self.make("old", "11.0.2"),
            self.make("jre", javac=False),
            self.make("good", "21.0.1"),
            self.make("other"),
        ]
        with mock.patch.object(lab, "candidate_jdks", lambda: iter(homes)):
            self.assertEqual(lab.find_jdk(), homes[2])

    def refused(self, pattern, *homes):
        with mock.patch.object(lab, "candidate_jdks", lambda: iter(homes)):
            with self.assertRaisesRegex(lab.Problem, "no JDK 17 or newer was found" + pattern):
                lab.find_jdk()

    def test_none(self):
        self.refused(": install one", self.folder / "nothing")

    def test_old(self):
        self.refused(r" \(.*8 is Java 8\)", self.make("8", "1.8.0_392"))

    def test_jre(self):
        self.refused(r" \(.*jre is a JRE without the compiler\)", self.make("jre", javac=False))
        self.refused(r" \(.*small is a JRE without the compiler\)", self.make("small", modules="java.base"))

    def test_java_home_comes_first(self):
        home = self.make("mine")
        with mock.patch.dict(os.environ, JAVA_HOME=str(home)):
            self.assertEqual(next(lab.candidate_jdks()), home)
            self.assertEqual(lab.find_jdk(), home)


class Once(Folder):
    """What is made is made beside its place, and only when something has changed."""

    def test_library_is_built_only_when_sources_change(self):
        sources = self.folder / "lib" / "src" / "main"
        (sources / "java").mkdir(parents=True)
        (sources / "java" / "A.java").write_text("class A {}")
        (self.folder / "pom.xml").write_text("<project/>")
        (self.folder / "lib" / "pom.xml").write_text("<project/>")
        built = self.folder / "build" / "lib"
        built.mkdir(parents=True)
        (built / "unfold-1.jar").write_text("jar")
        calls = []

        def maven(command, log, env):
            calls.append(command)
            (self.folder / "build" / "jars.new").mkdir()
            return self.status, "[ERROR] A.java: not a statement" if self.status else ""

        with mock.patch.multiple(
            lab,
            ROOT=self.folder,
            SOURCES=sources,
            BUILD=self.folder / "build",
            JARS=self.folder / "build" / "jars",
            run_logged=maven,
            find_maven=lambda env: ["mvn"],
            say=lambda text: None,
        ):
            self.status = 1
            with self.assertRaisesRegex(lab.Problem, "could not be built"):
                lab.build_library(Path("jdk"))
            self.assertFalse((self.folder / "build" / "jars").exists(), "a failed build leaves nothing")
            self.status = 0
            lab.build_library(Path("jdk"))
            lab.build_library(Path("jdk"))
            self.assertEqual(len(calls), 2, "nothing has changed since the second build")
            (sources / "java" / "A.java").write_text("class A { }")
            lab.build_library(Path("jdk"))
            self.assertEqual(len(calls), 3)
            self.status = 1
            (sources / "java" / "A.java").write_text("class A {")
            with self.assertRaises(lab.Problem):
                lab.build_library(Path("jdk"))
            self.assertTrue(
                (self.folder / "build" / "jars" / "unfold-1.jar").exists(), "the old library stays"
            )

    def test_environment_that_could_not_be_filled_is_made_again(self):
        def install(environment, packages):
            self.installs += 1
            if self.installs == 1:
                raise lab.Problem("no network")

        self.installs = 0
        with mock.patch.multiple(lab, BUILD=self.folder, say=lambda text: None), mock.patch.dict(
            os.environ, {"CONDA_PREFIX": ""}
        ), mock.patch.object(lab.Environment, "install", install), mock.patch.object(
            lab, "run_logged", lambda command, log, env: (Path(command[-1]).mkdir(parents=True) or 0, "")
        ):
            with self.assertRaisesRegex(lab.Problem, "no network"):
                lab.make_environment()
            first = lab.make_environment()
            self.assertEqual(lab.make_environment().folder, first.folder)
            self.assertEqual(self.installs, 2)
            with mock.patch.object(lab, "versions", lambda: ["jupyterlab==99"]):
                second = lab.make_environment()
            self.assertNotEqual(second.folder, first.folder)
            self.assertFalse(first.folder.exists(), "the old environment goes when the new one works")

    def test_no_network(self):
        environment = lab.Environment(self.folder)
        for words in (
            "Failed to establish a new connection: [Errno -2]",
            "ERROR: No matching distribution found",
        ):
            with mock.patch.object(lab, "run_logged", lambda *arguments: (1, words)):
                with self.assertRaisesRegex(lab.Problem, "first set-up needs the network"):
                    environment.install(["jupyterlab"])

    def test_missing_ensurepip(self):
        find = importlib.util.find_spec
        with mock.patch.multiple(lab, BUILD=self.folder, say=lambda text: None), mock.patch.dict(
            os.environ, {"CONDA_PREFIX": ""}
        ), mock.patch.object(
            lab.importlib.util, "find_spec", lambda name: name != "ensurepip" and find(name) or None
        ):
            with self.assertRaisesRegex(lab.Problem, "'ensurepip' is missing: install it"):
                lab.make_environment()

    def test_active_conda_environment_is_used_or_complained_about(self):
        (self.folder / "conda-meta").mkdir()
        with mock.patch.object(lab, "BUILD", self.folder / "build"), mock.patch.dict(
            os.environ, CONDA_PREFIX=str(self.folder), CONDA_DEFAULT_ENV="unfold"
        ):
            with mock.patch.object(lab.Environment, "lacks", lambda self, packages: ["nbclient==1"]):
                with self.assertRaisesRegex(lab.Problem, "lacks nbclient==1: .*conda env update"):
                    lab.make_environment()
            with mock.patch.object(lab.Environment, "lacks", lambda self, packages: []):
                self.assertEqual(lab.make_environment().folder, self.folder)

    def test_versions_come_from_environment_yml(self):
        names = [version.split("==")[0] for version in lab.versions()]
        self.assertEqual(names[0], "jupyterlab")
        self.assertIn("jjava", names)
        self.assertNotIn("playwright", names)
        self.assertEqual(len(lab.versions("./lab test")), 1)
        self.assertEqual(lab.versions("still figures where there is no Chromium"), ["kaleido==0.2.1"])

    def test_write_if_changed_keeps_what_is_right(self):
        file = self.folder / "a" / "b.txt"
        lab.write_if_changed(file, "one")
        os.utime(file, (1, 1))
        lab.write_if_changed(file, "one")
        self.assertEqual(file.stat().st_mtime, 1)
        lab.write_if_changed(file, "two")
        self.assertEqual(file.read_text(), "two")
        self.assertEqual([found.name for found in file.parent.iterdir()], ["b.txt"])

    def test_second_start_adds_less_than_two_seconds(self):
        with contextlib.redirect_stderr(io.StringIO()) as said:
            lab.set_up()
            before = said.getvalue()
            start = time.perf_counter()
            with mock.patch.object(
                lab.subprocess, "run", side_effect=AssertionError("nothing may be started")
            ):
                lab.set_up()
            seconds = time.perf_counter() - start
        print("second set-up: %.3f s" % seconds)
        self.assertLess(seconds, 2)
        self.assertEqual(said.getvalue(), before, "nothing is made again")


class Kernel(unittest.TestCase):
    """The kernel's description names this JDK and holds the startup code."""

    def test_kernel_json(self):
        jdk = lab.find_jdk()
        environment = lab.Environment(Path("env"))
        spec = json.loads(lab.kernel_spec(jdk, environment))
        self.assertEqual(spec["argv"][0], str(jdk / "bin" / ("java.exe" if lab.WINDOWS else "java")))
        self.assertEqual(spec["argv"][-1], "{connection_file}")
        self.assertEqual(spec["interrupt_mode"], "message")
        self.assertIn("import", spec["env"]["JJAVA_STARTUP_SCRIPT"])

    def test_vector_units_only_where_the_jdk_has_them(self):
        for modules, there in (
            ("java.base jdk.incubator.vector jdk.jshell", True),
            ("java.base jdk.jshell", False),
            ("java.base jdk.incubator.vectors", False),
        ):
            with tempfile.TemporaryDirectory() as home:
                (Path(home) / "release").write_text('JAVA_VERSION="17.0.9"\nMODULES="%s"\n' % modules)
                flags = lab.vector_flags(Path(home))
                self.assertEqual(flags[:2], ["--add-modules", "jdk.incubator.vector"] if there else [])
                argv = json.loads(lab.kernel_spec(Path(home), lab.Environment(Path("env"))))["argv"]
                self.assertEqual([flag for flag in argv if flag in flags], flags)
                self.assertLess(argv.index("--enable-native-access=ALL-UNNAMED"), argv.index("-cp"))

    def test_variables(self):
        with mock.patch.dict(os.environ, {"UNFOLD_REPORT": "elsewhere"}):
            env = lab.child_environment(Path("jdk"), threads=3)
        self.assertNotIn("UNFOLD_REPORT", env)
        self.assertEqual((env["UNFOLD_THREADS"], env["OMP_NUM_THREADS"]), ("3", "3"))
        self.assertEqual(env["JAVA_HOME"], "jdk")
        with mock.patch.dict(os.environ, {"UNFOLD_THREADS": ""}):
            self.assertEqual(lab.child_environment(Path("jdk"))["OMP_NUM_THREADS"], "1")

    def test_folder_of_the_data(self):
        for given, expected in (
            ("", lab.ROOT / "data"),
            ("elsewhere", Path.cwd() / "elsewhere"),
            (str(lab.ROOT), lab.ROOT),
        ):
            with mock.patch.dict(os.environ, {"UNFOLD_DATA": given}):
                self.assertEqual(lab.child_environment(Path("jdk"))["UNFOLD_DATA"], str(expected))


if __name__ == "__main__":
    unittest.main()
