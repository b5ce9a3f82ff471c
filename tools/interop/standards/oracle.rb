# SPDX-License-Identifier: Apache-2.0
# RubyGems itself: two versions a line in, their order out.
require 'json'

$stdin.each_line do |line|
  a, b = JSON.parse(line)
  begin
    puts((Gem::Version.new(a) <=> Gem::Version.new(b)).to_s)
  rescue ArgumentError
    puts '"refused"'
  end
end
