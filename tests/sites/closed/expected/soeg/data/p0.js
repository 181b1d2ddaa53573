referat("p0","56bbf2","#]` %c3 #cC #cC %cS #C  %cK %:c3 ## %cW %cK %cC %c` %c[ %U]3 #S $>cC ## ## %ca 'bS %bC %cS #[ 'c# #c# $:b")
