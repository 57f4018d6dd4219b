"""What a user of the module sees."""

import unittest
from importlib.machinery import EXTENSION_SUFFIXES

import my_ext
import quickstart_pkg


class MyExtTest(unittest.TestCase):
    def test_function(self) -> None:
        self.assertEqual(my_ext.sum_as_string(1, 2), "3")

    def test_class(self) -> None:
        counter = my_ext.Counter()
        counter.increment()
        self.assertEqual(counter.increment(), 2)
        self.assertEqual(counter.value, 2)

    def test_error_reaches_python(self) -> None:
        self.assertEqual(my_ext.checked_divide(7, 2), 3)
        with self.assertRaisesRegex(ZeroDivisionError, "in Rust"):
            my_ext.checked_divide(1, 0)

    def test_file_name_tells_who_can_import_it(self) -> None:
        suffix = my_ext.__file__.rpartition("/my_ext")[2]
        self.assertIn(suffix, EXTENSION_SUFFIXES)
        self.assertNotIn(suffix, [".so", ".pyd"])

    def test_dotted_name(self) -> None:
        self.assertEqual(quickstart_pkg.sum_as_string(2, 3), "5")
        self.assertEqual(quickstart_pkg.my_ext.__name__, "quickstart_pkg.my_ext")


if __name__ == "__main__":
    unittest.main()
