# Johnson 2000: raw relative weights. mtcars as in the README of the package rwa; swiss by the same lines.
johnson <- function(y, X) {
  r <- cor(cbind(y, X)); e <- eigen(r[-1, -1])
  lambda <- e$vectors %*% diag(sqrt(e$values)) %*% t(e$vectors)
  beta <- solve(lambda, r[-1, 1]); drop(lambda^2 %*% beta^2)
}
print(johnson(mtcars$mpg, mtcars[, c("cyl", "disp", "hp", "gear")]), digits = 12)
print(johnson(mtcars$mpg, mtcars[, c("cyl", "disp", "hp", "wt")]), digits = 12)
print(johnson(swiss$Fertility, swiss[, -1]), digits = 12)
