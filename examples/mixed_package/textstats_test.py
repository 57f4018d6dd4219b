"""What a user of the package sees."""

import unittest

import textstats


class TextstatsTest(unittest.TestCase):
    def test_counts_without_stop_words(self) -> None:
        self.assertEqual(textstats.count("The cat, the CAT and a dog."), {"and": 1, "cat": 2, "dog": 1})

    def test_takes_lines(self) -> None:
        self.assertEqual(textstats.count(["one two", "two"]), {"one": 1, "two": 2})

    def test_error_of_the_shared_library_reaches_python(self) -> None:
        for function in (textstats.count, lambda text: textstats.first_position(text, "x")):
            with self.assertRaisesRegex(TypeError, "expected str or a list of str, got .*int"):
                function(1)

    def test_first_position(self) -> None:
        self.assertEqual(textstats.first_position("to be or not to be", "not"), 3)
        self.assertIsNone(textstats.first_position("to be", "not"))


if __name__ == "__main__":
    unittest.main()
