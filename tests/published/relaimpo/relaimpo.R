# How the figures in test_relaimpo.py come about (R, relaimpo 2.2-7). Not run by the tests.
library(relaimpo)
print(calc.relimp(Fertility ~ ., data = swiss, type = "lmg", rela = FALSE)@lmg, digits = 13)
print(calc.relimp(Fertility ~ ., data = swiss, type = "lmg", rela = TRUE)@lmg, digits = 10)
w <- 1 + (1:47 %% 3)
print(calc.relimp(Fertility ~ ., data = swiss, weights = w, type = "lmg", rela = FALSE)@lmg, digits = 10)
print(calc.relimp(mpg ~ cyl + disp + hp + gear, data = mtcars, type = "lmg", rela = FALSE)@lmg, digits = 6)
