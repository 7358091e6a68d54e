# SPDX-License-Identifier: MIT
"""A set of functions that each return the octets of a file, and the command line to write them."""
import os
import sys


class Collection:
    def __init__(self):
        self.files = {}

    def file(self, name):
        """decorator: the function makes the file of this name"""
        def keep(function):
            self.files[name] = function
            return function
        return keep

    def main(self, usage):
        if len(sys.argv) < 2:
            sys.exit(usage)
        os.makedirs(sys.argv[1], exist_ok=True)
        for name in sys.argv[2:] or self.files:
            octets = self.files[name]()
            with open(os.path.join(sys.argv[1], name), "wb") as out:
                out.write(octets)
            print("%6d  %s" % (len(octets), name))
